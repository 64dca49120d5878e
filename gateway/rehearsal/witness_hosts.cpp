#include "rehearsal/witness_hosts.h"

#include <map>

namespace bearward::rehearsal {
namespace {

using policy::HostPattern;
using Positions = std::vector<std::uint32_t>;

class Hosts {
 public:
  explicit Hosts(std::span<const HostPattern> hosts) {
    for (std::uint32_t i = 0; i < hosts.size(); ++i) {
      switch (hosts[i].kind) {
        case HostPattern::Kind::any:
          any_.push_back(i);
          break;
        case HostPattern::Kind::wildcard:
          wildcards_[hosts[i].name].push_back(i);
          break;
        case HostPattern::Kind::exact:
          exact_[hosts[i].name].push_back(i);
          break;
      }
    }
  }

  std::vector<WitnessHost> witnesses() const {
    std::vector<WitnessHost> found;
    for (const auto& [name, positions] : exact_) found.push_back({name, name, matching(name)});
    for (const auto& [name, positions] : wildcards_) {
      const std::string host = unnamed("." + name);
      found.push_back({host, "*." + name, matching(host)});
    }
    const std::string host = unnamed(".invalid");
    found.push_back({host, "*", matching(host)});
    return found;
  }

 private:
  /// A name in front of `suffix` that no route gives by itself.
  std::string unnamed(const std::string& suffix) const {
    std::string label = "some";
    while (exact_.contains(label + suffix)) label += "-other";
    return label + suffix;
  }

  Positions matching(const std::string& host) const {
    Positions positions = any_;
    const auto add = [&](const auto& from, std::string_view name) {
      const auto found = from.find(std::string(name));
      if (found != from.end()) positions.insert(positions.end(), found->second.begin(), found->second.end());
    };
    add(exact_, host);
    for (std::size_t dot = host.find('.'); dot != std::string::npos; dot = host.find('.', dot + 1)) {
      add(wildcards_, std::string_view{host}.substr(dot + 1));
    }
    return positions;
  }

  Positions any_;
  std::map<std::string, Positions> wildcards_;
  std::map<std::string, Positions> exact_;
};

}  // namespace

std::vector<WitnessHost> witness_hosts(std::span<const HostPattern> hosts) { return Hosts(hosts).witnesses(); }

}  // namespace bearward::rehearsal
