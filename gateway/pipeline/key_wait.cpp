#include "pipeline/key_wait.h"

namespace bearward::pipeline {

Task<bool> KeyWait::wait(std::string issuer) {
  if (waiting_.size() >= most || !ask_(issuer)) co_return false;
  bool settled = false;
  asio::steady_timer timer(executor_, limit);
  /// Also when the request is cancelled while it waits here.
  struct Leave {
    std::list<Entry>& waiting;
    std::list<Entry>::iterator entry;
    ~Leave() { waiting.erase(entry); }
  };
  const Leave leave{waiting_, waiting_.insert(waiting_.end(), Entry{&timer, &settled})};
  [[maybe_unused]] const auto [error] = co_await timer.async_wait(use_task);
  co_return settled;
}

void KeyWait::settle() {
  for (const Entry& each : waiting_) {
    *each.settled = true;
    each.timer->cancel();
  }
}

}  // namespace bearward::pipeline
