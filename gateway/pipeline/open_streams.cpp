#include "pipeline/open_streams.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <functional>

#include "token/standing.h"

namespace bearward::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds pause_after_failure = 1s;
/// A stream whose user nobody can look up goes on no longer than this: a record of a minute is the oldest that
/// serves by default (users.cache.ttl).
constexpr std::chrono::milliseconds longest_unknown = 60s;

std::string_view name_of(token::Objection objection) {
  switch (objection) {
    case token::Objection::inactive:
      return "user_disabled";
    case token::Objection::revoked:
      return "revoked";
    case token::Objection::unknown_user:
      break;
  }
  return "unknown_user";
}

/// Is `copy` the row that the stream was let in on, or one that is as good?
bool is_unchanged(const StreamTerms& terms, const std::shared_ptr<const identity::User>& copy) {
  const identity::TokenClaims& token = *terms.principal.token;
  if (token.is_client) return !token::objection_to(token, copy.get());
  return copy == terms.principal.user;
}

}  // namespace

OpenStream::OpenStream(OpenStreams& streams, StreamTerms terms, Owner& owner)
    : streams_(streams), terms_(std::move(terms)), owner_(owner) {
  streams_.add(*this);
}

OpenStream::~OpenStream() { streams_.remove(*this); }

OpenStreams::OpenStreams(Executor executor, store::CachedUserStore& users, const async::CoarseTimer& timer,
                         Settings settings)
    : executor_(executor), users_(users), timer_(timer), settings_(settings) {}

OpenStream*& OpenStreams::bucket_of(std::string_view username) {
  return buckets_[std::hash<std::string_view>{}(username) % bucket_count];
}

void OpenStreams::add(OpenStream& stream) {
  OpenStream*& first = bucket_of(stream.username());
  stream.next_ = first;
  if (first != nullptr) first->previous_ = &stream;
  first = &stream;
  ++count_;
  // Between the request's check and now the user may have changed: that word found no stream.
  const auto* copy = users_.peek(stream.username(), timer_.now());
  if (copy == nullptr || !is_unchanged(stream.terms_, *copy)) user_changed(stream.username());
}

void OpenStreams::remove(OpenStream& stream) {
  if (stream.next_ != nullptr) stream.next_->previous_ = stream.previous_;
  if (stream.previous_ != nullptr) {
    stream.previous_->next_ = stream.next_;
  } else {
    bucket_of(stream.username()) = stream.next_;
  }
  --count_;
}

void OpenStreams::user_changed(std::string_view username) {
  for (const OpenStream* each = bucket_of(username); each != nullptr; each = each->next_) {
    if (each->username() != username) continue;
    asio::co_spawn(executor_, check(std::string(username)), asio::detached);
    return;
  }
}

void OpenStreams::all_users_changed() { sweep_all(); }

Task<> OpenStreams::check(std::string username) {
  Result<std::shared_ptr<const identity::User>, store::StoreError> found;
  if (const auto* copy = users_.peek(username, timer_.now())) {
    found = *copy;
  } else {
    found = co_await users_.find(username);
  }
  for (OpenStream* each = bucket_of(username); each != nullptr; each = each->next_) {
    if (each->username() != username) continue;
    if (found) {
      judge(*each, found->get());
    } else {
      note_unknown(*each);
    }
  }
}

void OpenStreams::judge(OpenStream& stream, const identity::User* user) const {
  stream.unknown_since_ = SteadyTime::max();
  const StreamTerms& terms = stream.terms_;
  const identity::TokenClaims& token = *terms.principal.token;
  if (const auto objection = token::objection_to(token, user)) return stream.owner_.end_stream(name_of(*objection));
  if (!terms.enforced || token.is_client) return;
  const std::vector<std::string_view> parameters(terms.parameters.begin(), terms.parameters.end());
  // Lent for the moment of the question.
  const identity::Principal now{terms.principal.token, {std::shared_ptr<void>{}, user}};
  const policy::AccessRequest request{now, parameters, terms.client_ip, terms.let_in_at};
  if (!policy::evaluate(terms.access, request).allowed) stream.owner_.end_stream("access");
}

void OpenStreams::note_unknown(OpenStream& stream) {
  const SteadyTime now = timer_.now();
  stream.unknown_since_ = std::min(stream.unknown_since_, now);
  if (now - stream.unknown_since_ >= longest_unknown) stream.owner_.end_stream("user_store_unavailable");
  next_sweep_ = std::min(next_sweep_, now + pause_after_failure);
}

void OpenStreams::tend() {
  if (count_ == 0 || sweepers_ != 0) return;
  const SteadyTime now = timer_.now();
  if (!word_comes()) next_sweep_ = std::min(next_sweep_, now + std::max(settings_.local_ttl, pause_after_failure));
  if (now < next_sweep_) return;
  next_sweep_ = SteadyTime::max();
  sweep_all();
}

void OpenStreams::sweep_all() {
  buckets_left_ = bucket_count;
  while (count_ != 0 && sweepers_ < most_sweepers) {
    ++sweepers_;
    asio::co_spawn(executor_, sweep(), [this](const std::exception_ptr&) { --sweepers_; });
  }
}

/// As many users are looked up at a time as there are sweepers: a change of all does not fill the store's queue.
Task<> OpenStreams::sweep() {
  while (buckets_left_ != 0) {
    --buckets_left_;
    const std::vector<std::string> usernames = usernames_in(buckets_[next_bucket_++ % bucket_count]);
    for (const std::string& each : usernames) co_await check(each);
    if (!usernames.empty()) co_await asio::post(executor_, use_task);  // requests have their turn
  }
}

std::vector<std::string> OpenStreams::usernames_in(const OpenStream* bucket) {
  std::vector<std::string> usernames;
  for (const OpenStream* each = bucket; each != nullptr; each = each->next_) {
    if (std::ranges::find(usernames, each->username()) == usernames.end()) usernames.push_back(each->username());
  }
  return usernames;
}

}  // namespace bearward::pipeline
