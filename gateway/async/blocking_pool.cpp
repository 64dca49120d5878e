#include "async/blocking_pool.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace bearward::async {
namespace {

/// The least weight there is, where both want one core: Linux' scheduler (EEVDF) lets whoever runs finish its turn
/// as long as that is not ahead of its share, and at nice 10 a request waited for that more often. A core that
/// requests keep busy wholly leaves it 1.5 %.
constexpr int background_nice = 19;

/// The calling thread alone: on Linux a nice value is a thread's, not its process's. To ask for less needs no
/// privilege; where it is refused all the same, the threads are ordinary ones.
void give_way() {
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_BATCH, &none);
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), background_nice);
}

}  // namespace

BlockingPool::BlockingPool(std::size_t threads, std::size_t max_waiting, Priority priority)
    : max_waiting_(max_waiting) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, priority] {
      if (priority == Priority::background) give_way();
      work();
    });
  }
}

BlockingPool::~BlockingPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::size_t BlockingPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

bool BlockingPool::submit(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= max_waiting_) return false;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void BlockingPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what the job captured goes before the next wait
    lock.lock();
  }
}

}  // namespace bearward::async
