#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "rehearsal/judge.h"
#include "rehearsal/near_misses.h"

namespace bearward::rehearsal {

/// All that there is to say of one judgement. Points into the snapshot.
struct Explanation {
  Judgement judgement;
  std::vector<NearMiss> others;       // routes that do not decide, and why not
  std::string path_meant;             // of a 404: what may have been meant
  std::vector<std::string> head;      // allowed: the upstream's head, a line each, tokens hidden
  std::string upstream;               // allowed: its name and targets
  int status = 0;                     // refused: of the response, in the compatibility that is configured
  std::vector<std::string> response;  // refused: its fields, a line each
  std::string content;                // refused: its content
};

Explanation explain(const snapshot::Snapshot& snapshot, const Question& question, const Caller& caller);

std::string to_text(const Explanation& explanation, const Question& question);
boost::json::object to_json(const Explanation& explanation, const Question& question);

}  // namespace bearward::rehearsal
