#include "app/change_announcer.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

namespace bearward::app {
namespace {

Task<bool> hop(Executor control, const AnnounceChange& announce, std::string subject) {
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(bool)>(
      [&](auto handler, std::string name) {
        auto worker = asio::get_associated_executor(handler);
        // Copyable, as a function that is posted has to be.
        auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        auto finish = [worker, waiting, guard = asio::make_work_guard(worker)](bool told) {
          asio::post(worker, [waiting, told] { std::move (*waiting)(told); });
        };
        asio::post(control, [control, &announce, finish, name = std::move(name)]() mutable {
          asio::co_spawn(control, announce(std::move(name)),
                         [finish](const std::exception_ptr& thrown, bool told) { finish(thrown == nullptr && told); });
        });
      },
      asio::use_awaitable_t<Executor>{}, std::move(subject));
}

}  // namespace

AnnounceChange announce_on(Executor control, AnnounceChange announce) {
  auto kept = std::make_shared<const AnnounceChange>(std::move(announce));
  return [control, kept](std::string subject) { return hop(control, *kept, std::move(subject)); };
}

}  // namespace bearward::app
