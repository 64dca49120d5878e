#include "oauth/form.h"

#include <algorithm>
#include <utility>

#include "http/percent_decoding.h"

namespace bearward::oauth {

std::string_view to_string(FormError error) {
  switch (error) {
    case FormError::malformed:
      return "the form is not valid application/x-www-form-urlencoded text in UTF-8";
    case FormError::malformed_multipart:
      return "the form is not valid multipart/form-data of text in UTF-8 without files";
    case FormError::too_many_parameters:
      return "the form has more than 64 parameters";
  }
  return "the form cannot be read";
}

Result<Form, FormError> Form::parse(std::string_view content) {
  Form form;
  if (content.ends_with("\r\n")) content.remove_suffix(2);
  while (!content.empty()) {
    const std::size_t end = std::min(content.find('&'), content.size());
    const std::string_view pair = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = http::form_decode(pair.substr(0, equals));
    auto value = http::form_decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return std::unexpected(FormError::malformed);
    if (!form.add(std::move(*name), Secret(std::move(*value)))) return std::unexpected(FormError::too_many_parameters);
  }
  return form;
}

bool Form::add(std::string name, Secret value) {
  if (parameters_.size() == max_parameters) return false;
  parameters_.push_back({std::move(name), std::move(value)});
  return true;
}

const Secret* Form::find(std::string_view name) const {
  const auto found = std::ranges::find(parameters_, name, &Parameter::name);
  return found == parameters_.end() || found->value.empty() ? nullptr : &found->value;
}

std::string_view Form::text(std::string_view name) const {
  const Secret* value = find(name);
  return value == nullptr ? std::string_view{} : value->reveal();
}

bool Form::repeats(std::string_view name) const { return std::ranges::count(parameters_, name, &Parameter::name) > 1; }

}  // namespace bearward::oauth
