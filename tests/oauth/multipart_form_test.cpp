#include "oauth/multipart_form.h"

#include <gtest/gtest.h>

namespace bearward::oauth {
namespace {

std::string part(std::string_view name, std::string_view value) {
  return "--x\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" + std::string(value) +
         "\r\n";
}

const std::string whole = part("username", "alice") + part("password", "won der+land%20&=") + "--x--\r\n";

TEST(MultipartBoundary, IsReadFromTheContentType) {
  struct Case {
    const char* name;
    std::string value;
    const char* boundary;  // null: none
  };
  const Case cases[] = {{"a browser's", "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
                         "----WebKitFormBoundary7MA4YWxkTrZu0gW"},
                        {"quoted", "multipart/form-data; boundary=\"a b\"", "a b"},
                        {"of another case, with a charset", "Multipart/Form-Data;charset=utf-8;Boundary=x", "x"},
                        {"of 71 characters", "multipart/form-data; boundary=" + std::string(71, 'x'), nullptr},
                        {"none", "multipart/form-data", nullptr},
                        {"an empty one", "multipart/form-data; boundary=\"\"", nullptr},
                        {"one that ends with a space", "multipart/form-data; boundary=\"x \"", nullptr},
                        {"two", "multipart/form-data; boundary=x; boundary=y", nullptr},
                        {"with a line end", "multipart/form-data; boundary=\"x\r\n\"", nullptr},
                        {"with an escape", "multipart/form-data; boundary=\"x\\y\"", nullptr},
                        {"that never ends", "multipart/form-data; boundary=\"x", nullptr},
                        {"with text after it", "multipart/form-data; boundary=\"x\"y", nullptr},
                        {"of another type", "multipart/mixed; boundary=x", nullptr},
                        {"of a form", "application/x-www-form-urlencoded; boundary=x", nullptr}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);

    EXPECT_EQ(multipart_boundary(c.value).value_or("none"), c.boundary == nullptr ? "none" : c.boundary);
  }
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=" + std::string(70, 'x')), std::string(70, 'x'));
}

TEST(MultipartForm, ReadsWhatFrontEndsSend) {
  struct Case {
    const char* name;
    std::string content;
    std::string username, password;
  };
  const Case cases[] = {
      {"a browser's FormData", whole, "alice", "won der+land%20&="},
      {"without a line end at the end", whole.substr(0, whole.size() - 2), "alice", "won der+land%20&="},
      {"with the types that Python's requests writes",
       "--x\r\nContent-Disposition: form-data; name=\"username\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
       "alice\r\n--x--",
       "alice", ""},
      {"a name without quotes", "--x\r\ncontent-disposition:form-data;name=username\r\n\r\nalice\r\n--x--", "alice",
       ""},
      {"8bit",
       "--x\r\nContent-Transfer-Encoding: 8bit\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\n"
       "\xC3\xA4lice\r\n--x--",
       "\xC3\xA4lice", ""},
      {"line ends in a value", part("password", "a\r\nb\n--y\r\n-") + "--x--", "", "a\r\nb\n--y\r\n-"},
      {"an empty value", part("username", "") + "--x--", "", ""},
      {"nothing", "--x--\r\n", "", ""}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto form = parse_multipart(c.content, "x");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->text("username"), c.username);
    EXPECT_EQ(form->text("password"), c.password);
  }
}

TEST(MultipartForm, RefusesAllElse) {
  const std::string head = "--x\r\nContent-Disposition: form-data; name=\"a\"";
  struct Case {
    const char* name;
    std::string content;
  };
  const Case cases[] = {
      {"no content", ""},
      {"a preamble", "hello\r\n" + whole},
      {"an empty line in front", "\r\n" + whole},
      {"an epilogue", whole + "more"},
      {"another boundary", "--y\r\n" + whole},
      {"a boundary that goes on", part("a", "1") + "--xy\r\n"},
      {"an end within a value", part("a", "1\r\n--x--\r\n2") + "--x--"},
      {"no end", part("a", "1")},
      {"bare LF", "--x\nContent-Disposition: form-data; name=\"a\"\n\n1\n--x--\n"},
      {"no disposition", "--x\r\n\r\n1\r\n--x--"},
      {"another disposition", "--x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--x--"},
      {"two dispositions", head + "\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n--x--"},
      {"two names", head + "; name=\"b\"\r\n\r\n1\r\n--x--"},
      {"no name", "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"},
      {"a name with an escape", "--x\r\nContent-Disposition: form-data; name=\"a\\\"b\"\r\n\r\n1\r\n--x--"},
      {"a name that never ends", "--x\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--x--"},
      {"a file", head + "; filename=\"a.txt\"\r\n\r\n1\r\n--x--"},
      {"a name in RFC 5987's form", "--x\r\nContent-Disposition: form-data; name*=utf-8''a\r\n\r\n1\r\n--x--"},
      {"base64", head + "\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--x--"},
      {"a folded line", head + "\r\n folded\r\n\r\n1\r\n--x--"},
      {"a field without a colon", head + "\r\nhello\r\n\r\n1\r\n--x--"},
      {"a head that is too long", head + "\r\nA: " + std::string(2000, 'a') + "\r\n\r\n1\r\n--x--"},
      {"no value", head},
      {"a value that is not UTF-8", part("a", "\xFF") + "--x--"},
      {"a name that is not UTF-8", part("\xFF", "1") + "--x--"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto form = parse_multipart(c.content, "x");
    ASSERT_FALSE(form);
    EXPECT_EQ(form.error(), FormError::malformed_multipart);
  }
}

TEST(MultipartForm, HasABoundOfParameters) {
  std::string content;
  for (std::size_t i = 0; i < Form::max_parameters; ++i) content += part("p" + std::to_string(i), "1");
  EXPECT_TRUE(parse_multipart(content + "--x--", "x"));
  EXPECT_EQ(parse_multipart(content + part("one", "more") + "--x--", "x").error(), FormError::too_many_parameters);
}

TEST(MultipartForm, ReadsEveryCutAndEveryChangedByteWithoutHarm) {
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto cut = parse_multipart(std::string_view(whole).substr(0, i), "x");
    EXPECT_EQ(cut.has_value(), i == whole.size() - 2) << i;
    for (const char c : {'\0', '\r', '\n', '-', '"', ';', '\xFF'}) {
      std::string changed = whole;
      changed[i] = c;
      const auto form = parse_multipart(changed, "x");  // either way: no sanitizer may complain
      if (form) {
        EXPECT_LE(form->text("username").size(), whole.size());
      }
    }
  }
}

}  // namespace
}  // namespace bearward::oauth
