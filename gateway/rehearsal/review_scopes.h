#pragma once

#include "config/diagnostics.h"
#include "snapshot/snapshot.h"

namespace bearward::rehearsal {

/// The part of `review` that is about scopes: one that a route asks for and that no registered client and no
/// role is given. What tokens of a trusted issuer may say nobody here knows: with one, nothing is said.
void review_scopes(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics);

}  // namespace bearward::rehearsal
