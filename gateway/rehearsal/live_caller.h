#pragma once

#include <memory>
#include <optional>
#include <string>

#include "rehearsal/question.h"
#include "snapshot/snapshot.h"
#include "store/user_store.h"

namespace bearward::rehearsal {

/// Whoever the Authorization field of the request names: its token is verified with the keys of the
/// configuration and its user looked up in the store, by the very stage that serves requests. It is judged
/// as of now. Both arguments outlive the caller; nothing is written to the store.
Caller live_caller(std::shared_ptr<const snapshot::Snapshot> snapshot, store::UserStore& users);

/// Somebody with a good token of these claims who is the user of that name as the store has it: refused when
/// disabled or not there. The error says that the store cannot be read.
Result<Caller, std::string> stored_user_caller(identity::Principal principal, store::UserStore& users);

}  // namespace bearward::rehearsal
