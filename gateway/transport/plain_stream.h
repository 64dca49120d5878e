#pragma once

#include "transport/stream.h"

namespace bearward::transport {

/// A connection in clear text.
class PlainStream final : public Stream {
 public:
  using Stream::Stream;

  Task<error_code> write(std::string_view first, std::string_view second, std::string_view third) override;
  Task<> end_writing() override;

 protected:
  IoResult try_read(std::span<char> into) override;
};

}  // namespace bearward::transport
