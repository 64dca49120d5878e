#include "endpoint/sign_up_endpoint.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "endpoint/password_login.h"
#include "endpoint/user_body.h"
#include "endpoint/waiting_client.h"
#include "http/problem.h"
#include "http/read_content.h"
#include "oauth/uncacheable.h"
#include "telemetry/log.h"

namespace bearward::endpoint {
namespace {

using config::Compatibility;
using store::StoreError;

/// Of one worker. Half a second of hashing, where a hash takes 25 ms and there is a core a worker.
constexpr std::size_t most_waiting = 16;

http::Response refuse(Compatibility compatibility, int status, std::string_view detail) {
  return compatibility == Compatibility::fastapi ? http::detail_only(status, detail) : http::problem(status, detail);
}

http::Response refuse_method(Compatibility compatibility) {
  http::Response response = compatibility == Compatibility::fastapi ? http::detail_only(405, "Method Not Allowed")
                                                                    : http::problem(405, "a user signs up with POST");
  response.own_fields += "Allow: POST\r\n";
  return response;
}

http::Response refuse_for_now(Compatibility compatibility, std::string_view detail) {
  http::Response response = refuse(compatibility, 503, detail);
  response.own_fields += "Retry-After: 1\r\n";
  return response;
}

http::Response refuse_content(http::ReadContentError error, Compatibility compatibility) {
  return error == http::ReadContentError::too_large ? refuse(compatibility, 413, "the content is larger than 16 KiB")
                                                    : refuse(compatibility, 400, "the content is cut short");
}

http::Response refuse_taken(StoreError error, Compatibility compatibility) {
  // FastAPI's tutorials say which; a stranger needs to know only that another name is wanted.
  if (compatibility == Compatibility::rfc6749) return http::problem(409, "the username or the email is taken");
  return http::detail_only(
      400, error == StoreError::email_exists ? "Email already registered" : "Username already registered");
}

http::Response welcome(const identity::User& user, Compatibility compatibility) {
  boost::json::object body = user_body(user, compatibility);
  const bool fastapi = compatibility == Compatibility::fastapi;
  if (fastapi) body["message"] = "User successfully signed up";
  http::Response response = http::json_response(fastapi ? 200 : 201, boost::json::serialize(body));
  oauth::make_uncacheable(response);
  return response;
}

using SignedUp = Result<identity::User, StoreError>;

/// One job of the hashing pool. A name that is taken costs no hash: the answer tells it anyhow.
SignedUp sign_up(store::UserStore& users, const SignUp& asked, crypto::PasswordScheme scheme) {
  const auto taken = users.find(asked.username);
  if (!taken) return std::unexpected(taken.error());
  if (*taken) return std::unexpected(StoreError::already_exists);
  store::StoredUser user;
  user.user.username = asked.username;
  user.user.email = asked.email;
  user.user.full_name = asked.full_name;
  user.password_hash = crypto::hash_password(asked.password.reveal(), scheme).value();  // read_sign_up has looked
  return users.add(user);
}

}  // namespace

Task<http::Response> SignUpEndpoint::handle(http::Request request, Snapshot snapshot) {
  const Compatibility compatibility = snapshot->config.compatibility;
  if (request.head.method != "POST") co_return refuse_method(compatibility);
  const auto content = co_await http::read_content(request.content, max_sign_up_bytes);
  if (!content) co_return refuse_content(content.error(), compatibility);
  auto asked = read_sign_up(request.head.fields, content->reveal(), to_scheme(snapshot->config.users.password_hash));
  if (!asked) co_return to_response(asked.error(), compatibility);
  if (snapshot->config.clients.has(asked->username)) co_return refuse_taken(StoreError::already_exists, compatibility);
  co_return co_await add(std::move(*asked), request.connection, std::move(snapshot));
}

Task<http::Response> SignUpEndpoint::add(SignUp asked, const http::Connection& connection, Snapshot snapshot) {
  const Compatibility compatibility = snapshot->config.compatibility;
  const auto refuse_all = [&] { return refuse_for_now(compatibility, "too many sign-ups wait"); };
  if (waiting_ >= most_waiting) co_return refuse_all();
  struct Counted {
    std::size_t& count;
    explicit Counted(std::size_t& counted) : count(counted) { ++count; }
    ~Counted() { --count; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
  } const counted(waiting_);
  const crypto::PasswordScheme scheme = to_scheme(snapshot->config.users.password_hash);
  auto job = [&users = users_, asked = std::move(asked), scheme,
              waiting = WaitingClient(connection, steady_now())]() -> std::optional<SignedUp> {
    if (waiting.has_given_up(steady_now())) return std::nullopt;
    return sign_up(users, asked, scheme);
  };
  const auto done = co_await hashing_pool_.run(std::move(job));
  if (!done || !*done) co_return refuse_all();
  const SignedUp& signed_up = **done;
  if (signed_up) co_return welcome(*signed_up, compatibility);
  if (signed_up.error() != StoreError::unavailable) co_return refuse_taken(signed_up.error(), compatibility);
  telemetry::log(telemetry::Level::error, "sign-up: the user store cannot be used: {}", users_.last_failure());
  co_return refuse_for_now(compatibility, "nobody can sign up now");
}

}  // namespace bearward::endpoint
