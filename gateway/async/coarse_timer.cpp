#include "async/coarse_timer.h"

namespace bearward::async {

CoarseTimer::CoarseTimer(Executor executor) : timer_(executor), now_(steady_now()) {}

CoarseTimer::~CoarseTimer() { stop(); }

void CoarseTimer::start() {
  now_ = steady_now();
  stopped_ = false;
  wait();
}

void CoarseTimer::stop() {
  stopped_ = true;  // a tick that is running now, which may have called this, must not begin another
  timer_.cancel();
}

void CoarseTimer::wait() {
  timer_.expires_after(tick);
  timer_.async_wait([this](const error_code& error) {
    if (error || stopped_) return;
    now_ = steady_now();
    lateness_ = std::chrono::duration_cast<std::chrono::milliseconds>(now_ - timer_.expiry());
    expire_due();
    if (callback_) callback_();
    if (!stopped_) wait();
  });
}

void CoarseTimer::expire_due() {
  for (SocketDeadline* each = first_; each != nullptr; each = each->next_) {
    if (each->at_ > now_) continue;
    each->expired_ = true;
    each->at_ = SteadyTime::max();
    error_code ignored;
    each->socket_.cancel(ignored);  // completions run later: the list does not change under this loop
  }
}

SocketDeadline::SocketDeadline(CoarseTimer& timer, Socket& socket)
    : timer_(timer), socket_(socket), next_(timer.first_) {
  if (next_ != nullptr) next_->previous_ = this;
  timer_.first_ = this;
}

SocketDeadline::~SocketDeadline() {
  if (next_ != nullptr) next_->previous_ = previous_;
  if (previous_ != nullptr) {
    previous_->next_ = next_;
  } else {
    timer_.first_ = next_;
  }
}

}  // namespace bearward::async
