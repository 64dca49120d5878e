#include "http/fields.h"

#include <array>
#include <utility>

#include "http/field_syntax.h"

namespace bearward::http {
namespace {

struct KnownField {
  std::string_view name;
  FieldId id;
};

constexpr std::array known_fields = {
    KnownField{"authorization", FieldId::authorization},
    KnownField{"connection", FieldId::connection},
    KnownField{"content-length", FieldId::content_length},
    KnownField{"content-type", FieldId::content_type},
    KnownField{"date", FieldId::date},
    KnownField{"expect", FieldId::expect},
    KnownField{"forwarded", FieldId::forwarded},
    KnownField{"host", FieldId::host},
    KnownField{"keep-alive", FieldId::keep_alive},
    KnownField{"origin", FieldId::origin},
    KnownField{"proxy-authenticate", FieldId::proxy_authenticate},
    KnownField{"proxy-authorization", FieldId::proxy_authorization},
    KnownField{"proxy-connection", FieldId::proxy_connection},
    KnownField{"te", FieldId::te},
    KnownField{"trailer", FieldId::trailer},
    KnownField{"transfer-encoding", FieldId::transfer_encoding},
    KnownField{"upgrade", FieldId::upgrade},
    KnownField{"via", FieldId::via},
    KnownField{"x-forwarded-for", FieldId::x_forwarded_for},
    KnownField{"x-forwarded-host", FieldId::x_forwarded_host},
    KnownField{"x-forwarded-port", FieldId::x_forwarded_port},
    KnownField{"x-forwarded-proto", FieldId::x_forwarded_proto},
    KnownField{"x-request-id", FieldId::x_request_id},
};

/// Open addressing by the folded hash, laid out at compile time: one probe for nearly every name.
constexpr std::size_t slot_count = 128;
constexpr auto slots = [] {
  std::array<std::uint8_t, slot_count> table{};  // index into known_fields plus one; 0 is free
  for (std::size_t i = 0; i < known_fields.size(); ++i) {
    std::size_t slot = folded_hash(known_fields[i].name) % slot_count;
    while (table[slot] != 0) slot = (slot + 1) % slot_count;
    table[slot] = static_cast<std::uint8_t>(i + 1);
  }
  return table;
}();

}  // namespace

FieldId identify(std::string_view name, std::uint32_t folded_hash) {
  for (std::size_t slot = folded_hash % slot_count; slots[slot] != 0; slot = (slot + 1) % slot_count) {
    const KnownField& known = known_fields[slots[slot] - 1U];
    if (equal_ignoring_case(known.name, name)) return known.id;
  }
  return FieldId::other;
}

const Field* find(Fields fields, FieldId id) {
  for (const Field& field : fields) {
    if (field.id == id) return &field;
  }
  return nullptr;
}

std::size_t count(Fields fields, FieldId id) {
  std::size_t n = 0;
  for (const Field& field : fields) n += field.id == id ? 1 : 0;
  return n;
}

}  // namespace bearward::http
