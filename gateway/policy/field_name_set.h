#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/fields.h"

namespace bearward::policy {

/// A set of field names that asks by folded spelling (http/field_syntax.h): X-User, x_user and X.User are
/// one. Asked once for every field of every request, so a look costs one probe and allocates nothing.
class FieldNameSet {
 public:
  FieldNameSet() : slots_(4) {}

  void insert(std::string_view name);
  bool contains(const http::Field& field) const { return contains(field.name, field.folded_hash); }
  bool contains(std::string_view name) const;
  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint32_t folded_hash = 0;
    std::string name;  // empty: free
  };
  bool contains(std::string_view name, std::uint32_t folded_hash) const;
  static void place(std::vector<Slot>& slots, Slot slot);

  std::vector<Slot> slots_;  // a power of two, at least half of it free: the probe always ends
  std::size_t size_ = 0;
};

/// A field that the gateway alone writes, in any folded spelling: message framing, connection-specific
/// (RFC 9110 §7.6.1) and forwarding fields. No configuration sets or removes one.
bool is_reserved_field(std::string_view name);

/// Any field that the gateway itself gives a meaning, reserved ones included: no identity name.
bool is_gateway_field(std::string_view name);

}  // namespace bearward::policy
