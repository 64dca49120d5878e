#include "config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "config/yaml_text.h"

namespace bearward::config {
namespace {

/// The only way out of yaml-cpp's parser is an exception; what is wrong has been reported.
struct Stop {};

Place place_of(const std::string& file, const YAML::Mark& mark) {
  // yaml-cpp counts from 0, editors from 1; a mark that it does not know is -1.
  return {file, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

/// Builds the tree from the parser's events: an alias is an event, never a copy, so a file that
/// refers to itself a billion times costs what its bytes cost.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& file, Diagnostics& diagnostics) : file_{file}, diagnostics_{diagnostics} {}

  const YamlNode& root() const { return root_; }
  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    error(mark, "found a second document (---), expected one; remove it or make it a file of its own");
    throw Stop{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { leaf(mark, anchor, YamlNode::Kind::null); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    error(mark, alias_message);
    leaf(mark, 0, YamlNode::Kind::refused);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode& node = leaf(mark, anchor, accept_tag(mark, tag) ? YamlNode::Kind::scalar : YamlNode::Kind::refused);
    node.quoted = tag == "!";
    node.text = value;
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, tag, YamlNode::Kind::map);
  }
  void OnMapEnd() override {
    check_keys(open_.back().children);
    close();
  }

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    error(mark, "found an anchor (&), expected plain YAML; write the value out where it is needed");
  }

  // The name is not shown: a password that starts with * or & looks like one.
  static constexpr const char* alias_message =
      "found an alias (*), expected plain YAML; write the value out, or quote a text that starts with *";

 private:
  void error(const YAML::Mark& mark, std::string message) {
    diagnostics_.error(place_of(file_, mark), std::move(message));
  }

  bool accept_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return true;
    error(mark, "found a tag (!), expected plain YAML; remove it, or quote a text that starts with !");
    return false;
  }

  YamlNode make(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (++values_ > YamlBounds::values) {
      error(mark, "found more than " + std::to_string(YamlBounds::values) +
                      " values in one file, expected fewer; split the file");
      throw Stop{};
    }
    const Place place = place_of(file_, mark);
    YamlNode node;
    node.kind = kind;
    node.line = place.line;
    node.column = place.column;
    return node;
  }

  YamlNode& leaf(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
    return add(make(mark, anchor == 0 ? kind : YamlNode::Kind::refused));
  }

  YamlNode& add(YamlNode node) {
    if (open_.empty()) return root_ = std::move(node);
    return open_.back().children.emplace_back(std::move(node));
  }

  void open(const YAML::Mark& mark, const std::string& tag, YamlNode::Kind kind) {
    if (open_.size() == YamlBounds::depth) {
      error(mark, "found lists and maps nested over " + std::to_string(YamlBounds::depth) +
                      " deep, expected fewer; is a bracket or an indentation wrong?");
      throw Stop{};
    }
    accept_tag(mark, tag);
    open_.push_back(make(mark, kind));
  }

  void close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    add(std::move(node));
  }

  void check_keys(std::vector<YamlNode>& children) {
    for (std::size_t i = 0; i < children.size(); i += 2) {
      YamlNode& key = children[i];
      if (key.kind == YamlNode::Kind::refused) continue;
      const Place place{file_, key.line, key.column};
      if (key.kind != YamlNode::Kind::scalar) {
        diagnostics_.error(place, "found a key that is " +
                                      std::string{key.children.empty() ? "empty" : "a list or map"} +
                                      ", expected a text");
      } else if (key.text == "<<" && !key.quoted) {
        diagnostics_.error(place, "found a merge key (<<), expected plain YAML; write the keys out");
      } else {
        continue;
      }
      key.kind = YamlNode::Kind::refused;
    }
  }

  const std::string& file_;
  Diagnostics& diagnostics_;
  YamlNode root_;
  std::vector<YamlNode> open_;  // the lists and maps that the next event is inside of
  std::size_t values_ = 0;
  int documents_ = 0;
};

/// The parser's words, made to say what to do. What it quotes of the file is left out: it may be a secret.
std::string explain(const std::string& message) {
  namespace yaml = YAML::ErrorMsg;
  struct Explanation {
    std::string_view starts_with;
    const char* meaning;
  };
  const std::array explanations{
      Explanation{yaml::UNKNOWN_ANCHOR, TreeBuilder::alias_message},
      Explanation{yaml::ALIAS_NOT_FOUND, TreeBuilder::alias_message},
      Explanation{yaml::CHAR_IN_ALIAS, TreeBuilder::alias_message},
      Explanation{yaml::MAP_VALUE, "found a \":\" where YAML allows none; quote a text that contains \": \""},
      Explanation{yaml::MAP_KEY, "found a \"?\" where YAML allows none; quote a text that starts with it"},
      Explanation{yaml::BLOCK_ENTRY, "found a \"- \" where no list can start; check the indentation"},
      Explanation{yaml::END_OF_MAP_FLOW, "found no \"}\" that ends this map"},
      Explanation{yaml::END_OF_SEQ_FLOW, "found no \"]\" that ends this list"},
      Explanation{yaml::END_OF_MAP, "found a line that is no \"key: value\" of its map; check the indentation"},
      Explanation{yaml::END_OF_SEQ, "found a line that is no \"- item\" of its list; check the indentation"},
      Explanation{yaml::FLOW_END, "found a \"]\" or \"}\" that nothing opened"},
      Explanation{yaml::EOF_IN_SCALAR, "found the end of the file inside quotes; close them"},
      Explanation{yaml::DOC_IN_SCALAR, "found the end of the file, or a line --- or ..., inside quotes; close them"},
      Explanation{yaml::TAB_IN_INDENTATION, "found a tab in the indentation, expected spaces"},
      Explanation{yaml::INVALID_ESCAPE,
                  "found an unknown escape after \\ in double quotes; write \\\\ or single quotes"},
      Explanation{yaml::INVALID_UNICODE, "found an escape that is no Unicode character"},
      Explanation{yaml::UNKNOWN_TOKEN, "found a character that no value starts with; quote the text"},
  };
  for (const Explanation& explanation : explanations) {
    if (message.starts_with(explanation.starts_with)) return explanation.meaning;
  }
  return "found broken YAML: " + message.substr(0, message.find(':'));
}

/// yaml-cpp takes the end of a file for the end of a quoted text, and with it whatever settings a
/// forgotten quote has swallowed. The mark of a document's end inside quotes is an error to it.
std::string with_end(std::string_view text) {
  std::string ended{text};
  if (!ended.empty() && !ended.ends_with('\n')) ended += '\n';
  return ended + "...\n";
}

}  // namespace

std::optional<YamlNode> parse_yaml(const std::string& file, std::string_view text, Diagnostics& diagnostics) {
  if (!check_yaml_text(file, text, diagnostics)) return std::nullopt;
  TreeBuilder builder{file, diagnostics};
  try {
    std::istringstream stream{with_end(text)};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
    }
    // The end of an empty file is no place to look at.
    if (builder.root().kind == YamlNode::Kind::null) return YamlNode{};
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& broken) {
    diagnostics.error(place_of(file, broken.mark), explain(broken.msg));
    return std::nullopt;
  }
  return builder.take_root();
}

}  // namespace bearward::config
