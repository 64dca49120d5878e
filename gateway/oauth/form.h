#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace bearward::oauth {

enum class FormError {
  malformed,            // a broken percent escape, or text that is not UTF-8 (RFC 6749 Appendix B)
  malformed_multipart,  // no multipart/form-data of the kind that parse_multipart takes
  too_many_parameters,  // over Form::max_parameters
};

/// A sentence for the client.
std::string_view to_string(FormError error);

/// The parameters of a form, as application/x-www-form-urlencoded or multipart/form-data. Every value is kept as a
/// Secret: which of them is one, only the grant knows.
class Form {
 public:
  static constexpr std::size_t max_parameters = 64;

  /// Of application/x-www-form-urlencoded content. A line end after it, which some libraries write, is not part
  /// of it.
  static Result<Form, FormError> parse(std::string_view content);

  /// False when it has max_parameters already.
  bool add(std::string name, Secret value);

  /// Null when it is absent or has no value, which RFC 6749 §3.2 takes for the same.
  const Secret* find(std::string_view name) const;
  /// What `find` reveals, or an empty text. Valid as long as the form.
  std::string_view text(std::string_view name) const;
  /// It stands there more than once: RFC 6749 §3.2 forbids it, since two readers may take two values.
  bool repeats(std::string_view name) const;

 private:
  struct Parameter {
    std::string name;
    Secret value;
  };
  std::vector<Parameter> parameters_;
};

}  // namespace bearward::oauth
