#pragma once

#include <boost/asio/ip/address.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/task.h"
#include "base/result.h"
#include "upstream/group.h"

namespace bearward::upstream {

/// Looks up the addresses of a name, in the order to try them. Blocks, for long where DNS hangs. The error
/// is what getaddrinfo says.
using Lookup = std::function<Result<std::vector<boost::asio::ip::address>, std::string>(const std::string& host)>;

/// The C library's, and so what /etc/hosts, resolv.conf and nsswitch.conf say.
Result<std::vector<boost::asio::ip::address>, std::string> system_lookup(const std::string& host);

/// Keeps the addresses of targets that are given by name: each name is looked up again and again, on a
/// thread of its own for as long as that takes, so that no request ever waits for DNS. While it fails, or
/// hangs, the last answer holds. One a process, on the control thread.
class Resolver {
 public:
  explicit Resolver(Executor executor, Lookup lookup = system_lookup);
  ~Resolver() { stop(); }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// From now on the names of these are looked up; new ones at once.
  void use(const Groups& groups, SteadyTime now);
  /// Starts what is due. Called several times a second.
  void tick(SteadyTime now);
  /// No lookup reports any more. One that hangs ends with the process: the C library cannot be stopped.
  void stop();

 private:
  struct Name;

  void look_up(const std::shared_ptr<Name>& name, SteadyTime now);

  Executor executor_;
  Lookup lookup_;
  std::map<std::string, std::shared_ptr<Name>> names_;
};

}  // namespace bearward::upstream
