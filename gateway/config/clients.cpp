#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr Key client_keys[] = {
    {.name = "public_clients",
     .kind = Kind::boolean,
     .not_yet = true,
     .only = "true",
     .description = "true: the password grant needs no registered client"},
    {.name = "registered", .not_yet = true},
};

}  // namespace

constinit const Section clients_section{"clients", client_keys};

void read_clients(const Value& value) { value.map(clients_section); }

}  // namespace bearward::config
