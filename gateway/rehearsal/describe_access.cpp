#include "rehearsal/describe_access.h"

namespace bearward::rehearsal {

std::string describe_access(const policy::AccessRule& rule) {
  // Asked about nobody, with a trace: the trace names every condition and what it wants.
  const identity::Principal anonymous;
  std::vector<policy::Step> trace;
  policy::evaluate(rule, {anonymous, {}, IpAddress{}, UnixTime{}}, &trace);
  std::string text;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < trace.size(); ++i) {
    for (; depth > trace[i].depth; --depth) text += ')';
    if (i != 0) text += trace[i].depth > trace[i - 1].depth ? "(" : ", ";
    depth = trace[i].depth;
    text += trace[i].condition;
    if (!trace[i].wanted.empty()) text += "(" + trace[i].wanted + ")";
  }
  return text.append(depth, ')');
}

}  // namespace bearward::rehearsal
