#include "upstream/resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <mutex>
#include <system_error>
#include <thread>

#include "telemetry/log.h"

namespace bearward::upstream {
namespace {

using boost::asio::ip::address;
using telemetry::Level;
using Found = Result<std::vector<address>, std::string>;

constexpr std::size_t most_addresses = 64;

/// While a name has no address at all.
constexpr std::chrono::seconds soon{1};

/// Longer, and the log says that DNS hangs.
constexpr std::chrono::seconds usual_limit{5};

std::optional<address> to_address(const sockaddr* from) {
  if (from->sa_family == AF_INET) {
    return boost::asio::ip::address_v4(ntohl(reinterpret_cast<const sockaddr_in*>(from)->sin_addr.s_addr));
  }
  if (from->sa_family != AF_INET6) return std::nullopt;
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(from);
  boost::asio::ip::address_v6::bytes_type bytes;
  std::copy(std::begin(v6->sin6_addr.s6_addr), std::end(v6->sin6_addr.s6_addr), bytes.begin());
  return boost::asio::ip::address_v6(bytes, v6->sin6_scope_id);
}

}  // namespace

Found system_lookup(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (error != 0) return std::unexpected(std::string(::gai_strerror(error)));
  std::vector<address> found;
  for (const addrinfo* each = list; each != nullptr && found.size() < most_addresses; each = each->ai_next) {
    if (const auto one = to_address(each->ai_addr)) found.push_back(*one);
  }
  ::freeaddrinfo(list);
  return found;
}

/// A name, the targets that have it, and its lookup. Shared with the thread that looks it up.
struct Resolver::Name {
  std::string host;
  std::vector<std::shared_ptr<Target>> targets;
  std::chrono::milliseconds refresh{};
  SteadyTime due{};
  bool busy = false;
  bool failing = false;  // and the log has been told

  std::mutex mutex;  // of `forgotten`, which the thread asks before it touches the executor
  bool forgotten = false;

  void finish(const Found& found) {
    busy = false;
    const bool good = found && !found->empty();
    if (good) {
      if (failing) telemetry::log(Level::info, "the name {} is found again", host);
      for (const auto& target : targets) target->set_addresses(*found);
    } else {
      const bool had_any = std::ranges::any_of(
          targets, [](const auto& target) { return target->endpoints() && !target->endpoints()->empty(); });
      if (!failing) {
        telemetry::log(Level::warning, "cannot look up the name {}: {}{}", host, found ? "no address" : found.error(),
                       had_any ? "; its last addresses are kept" : "");
      }
      for (const auto& target : targets) target->set_addresses({});
      if (!had_any) due = std::min(due, steady_now() + soon);
    }
    failing = !good;
  }
};

Resolver::Resolver(Executor executor, Lookup lookup) : executor_(executor), lookup_(std::move(lookup)) {}

void Resolver::use(const Groups& groups, SteadyTime now) {
  std::map<std::string, std::shared_ptr<Name>> wanted;
  for (const auto& group : groups) {
    for (const std::shared_ptr<Target>& target : group->targets()) {
      if (target->is_address()) continue;
      std::shared_ptr<Name>& name = wanted[target->host()];
      if (!name) {
        const auto known = names_.find(target->host());
        name = known != names_.end() ? known->second : std::make_shared<Name>();
        name->host = target->host();
        name->targets.clear();
        name->refresh = group->settings().dns_refresh;
      }
      name->refresh = std::min(name->refresh, group->settings().dns_refresh);
      name->targets.push_back(target);
      if (!target->endpoints()) name->due = now;
    }
  }
  std::swap(names_, wanted);
  for (const auto& [host, name] : wanted) {
    if (names_.contains(host)) continue;
    const std::lock_guard lock(name->mutex);
    name->forgotten = true;
  }
  tick(now);
}

void Resolver::tick(SteadyTime now) {
  for (const auto& [host, name] : names_) {
    if (now < name->due) continue;
    if (!name->busy) {
      look_up(name, now);
    } else if (!name->failing) {
      name->failing = true;
      telemetry::log(Level::warning, "looking up the name {} hangs; its last addresses are kept", host);
    }
  }
}

void Resolver::look_up(const std::shared_ptr<Name>& name, SteadyTime now) {
  name->busy = true;
  name->due = now + std::max<std::chrono::milliseconds>(name->refresh, usual_limit);
  auto work = [name, lookup = lookup_, executor = executor_, host = name->host, refresh = name->refresh] {
    Found found = lookup(host);
    const std::lock_guard lock(name->mutex);
    if (name->forgotten) return;
    boost::asio::post(executor, [name, refresh, found = std::move(found)] {
      name->due = steady_now() + refresh;
      name->finish(found);
    });
  };
  try {
    std::thread(std::move(work)).detach();  // owned by `forgotten`: it reports to nobody who has gone
  } catch (const std::system_error& error) {
    name->finish(std::unexpected(std::string(error.what())));
  }
}

void Resolver::stop() {
  for (const auto& [host, name] : names_) {
    const std::lock_guard lock(name->mutex);
    name->forgotten = true;
  }
  names_.clear();
}

}  // namespace bearward::upstream
