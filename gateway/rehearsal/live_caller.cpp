#include "rehearsal/live_caller.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "async/blocking_pool.h"
#include "async/coarse_timer.h"
#include "issuer/trusted_issuers.h"
#include "pipeline/authenticate.h"
#include "store/cached_user_store.h"

namespace bearward::rehearsal {
namespace {

using pipeline::Rejection;
using Authenticated = Result<identity::Principal, Rejection>;

/// One run of the stage, with all that it needs of a worker.
class OneWorker {
 public:
  OneWorker(const snapshot::Snapshot& snapshot, store::UserStore& users)
      : timer_(io_.get_executor()),
        users_(io_.get_executor(), users, pool_, nullptr, {}),
        stage_(io_.get_executor(), users_, timer_, no_fetched_issuers_) {
    stage_.use_keys(snapshot.keys);
  }

  Authenticated run(const http::RequestHead& head, policy::TokenNeed need, const Certificate& certificate) {
    std::optional<Authenticated> result;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io_, stage_.authenticate(head, need, certificate),
                          [&](const std::exception_ptr& exception, Authenticated value) {
                            thrown = exception;
                            result.emplace(std::move(value));
                          });
    io_.run();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*result);
  }

 private:
  boost::asio::io_context io_;
  async::CoarseTimer timer_;
  async::BlockingPool pool_{1, 4};
  store::CachedUserStore users_;
  issuer::TrustedIssuers no_fetched_issuers_{io_.get_executor(), [](bool) {}};  // nothing is fetched: files suffice
  pipeline::Authenticator stage_;
};

}  // namespace

Caller live_caller(std::shared_ptr<const snapshot::Snapshot> snapshot, store::UserStore& users) {
  return [snapshot = std::move(snapshot), &users](const http::RequestHead& head, policy::TokenNeed need,
                                                  const Certificate& certificate) {
    return OneWorker(*snapshot, users).run(head, need, certificate);
  };
}

Result<Caller, std::string> stored_user_caller(identity::Principal principal, store::UserStore& users) {
  if (principal.token->described_user) {  // a trusted issuer's, whom no store knows
    return [principal = std::move(principal)](const http::RequestHead&, policy::TokenNeed,
                                              const Certificate&) -> Authenticated { return principal; };
  }
  auto state = users.look_up(principal.token->username);
  if (!state) return std::unexpected("the user store cannot be read: " + users.last_failure());
  std::optional<Rejection> refused;
  if (!state->user) refused = Rejection::invalid_token("unknown_user");
  if (state->user && state->user->disabled) refused = Rejection::inactive();
  if (state->user) principal.user = std::make_shared<const identity::User>(std::move(*state->user));
  return [principal = std::move(principal), refused](const http::RequestHead&, policy::TokenNeed need,
                                                     const Certificate&) -> Authenticated {
    if (!refused) return principal;
    if (need == policy::TokenNeed::optional) return identity::Principal{};
    return std::unexpected(*refused);
  };
}

}  // namespace bearward::rehearsal
