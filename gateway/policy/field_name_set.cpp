#include "policy/field_name_set.h"

#include <algorithm>
#include <array>

#include "http/field_syntax.h"

namespace bearward::policy {
namespace {

constexpr std::array<std::string_view, 22> reserved_names = {"connection",
                                                             "content-length",
                                                             "expect",
                                                             "forwarded",
                                                             "host",
                                                             "http2-settings",
                                                             "keep-alive",
                                                             "proxy-authenticate",
                                                             "proxy-authorization",
                                                             "proxy-connection",
                                                             "te",
                                                             "trailer",
                                                             "trailers",
                                                             "transfer-encoding",
                                                             "upgrade",
                                                             "via",
                                                             "x-forwarded-for",
                                                             "x-forwarded-host",
                                                             "x-forwarded-port",
                                                             "x-forwarded-proto",
                                                             "x-forwarded-server",
                                                             "x-request-id"};

constexpr std::array<std::string_view, 4> other_gateway_names = {"authorization", "content-type", "date", "origin"};

bool is_among(std::string_view name, const auto& names) {
  return std::ranges::any_of(names, [&](std::string_view known) { return http::folded_equal(known, name); });
}

}  // namespace

void FieldNameSet::place(std::vector<Slot>& slots, Slot slot) {
  std::size_t at = slot.folded_hash & (slots.size() - 1);
  while (!slots[at].name.empty()) at = (at + 1) & (slots.size() - 1);
  slots[at] = std::move(slot);
}

void FieldNameSet::insert(std::string_view name) {
  if (name.empty() || contains(name)) return;
  ++size_;
  if (size_ * 2 > slots_.size()) {
    std::vector<Slot> larger(slots_.size() * 2);
    for (Slot& slot : slots_) {
      if (!slot.name.empty()) place(larger, std::move(slot));
    }
    slots_ = std::move(larger);
  }
  place(slots_, {http::folded_hash(name), std::string{name}});
}

bool FieldNameSet::contains(std::string_view name) const { return contains(name, http::folded_hash(name)); }

bool FieldNameSet::contains(std::string_view name, std::uint32_t folded_hash) const {
  for (std::size_t at = folded_hash & (slots_.size() - 1); !slots_[at].name.empty();
       at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].folded_hash == folded_hash && http::folded_equal(slots_[at].name, name)) return true;
  }
  return false;
}

bool is_reserved_field(std::string_view name) { return is_among(name, reserved_names); }
bool is_gateway_field(std::string_view name) { return is_reserved_field(name) || is_among(name, other_gateway_names); }

}  // namespace bearward::policy
