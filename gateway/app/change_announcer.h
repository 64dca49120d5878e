#pragma once

#include <functional>
#include <string>

#include "async/task.h"

namespace bearward::app {

/// What a worker says of a user that it changed: `announce` runs on the control thread, where UserChanges lives, and
/// the worker goes on with what it returned.
using AnnounceChange = std::function<Task<bool>(std::string subject)>;

AnnounceChange announce_on(Executor control, AnnounceChange announce);

}  // namespace bearward::app
