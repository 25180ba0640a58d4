// SPDX-License-Identifier: Apache-2.0
#include "config/document/read_document.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include <charconv>
#include <cmath>
#include <regex>
#include <set>

namespace troupe::config {

namespace {

using nlohmann::json;

/// A plain scalar of YAML 1.2's core schema: `yes` is text, `0123` is 123. Source:
/// YAML 1.2.2, 10.3.
std::optional<json> core_scalar(const std::string& text) {
  static const std::regex integer{"[-+]?[0-9]+"}, octal{"0o[0-7]+"}, hex{"0x[0-9a-fA-F]+"},
    real{R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)"},
    no_number{R"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))"};
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return json(nullptr);
  if (text == "true" || text == "True" || text == "TRUE")
    return true;
  if (text == "false" || text == "False" || text == "FALSE")
    return false;
  auto whole = [&](int base, size_t skip) -> json {
    auto begin = text.data() + skip + (text[skip] == '+' ? 1 : 0);
    auto end = text.data() + text.size();
    int64_t number = 0;
    if (std::from_chars(begin, end, number, base).ec == std::errc{})
      return number;
    uint64_t large = 0;
    if (std::from_chars(begin, end, large, base).ec == std::errc{})
      return large;
    return std::strtod(text.c_str(), nullptr);
  };
  if (std::regex_match(text, integer))
    return whole(10, 0);
  if (std::regex_match(text, octal))
    return whole(8, 2);
  if (std::regex_match(text, hex))
    return whole(16, 2);
  if (std::regex_match(text, real)) {
    auto number = std::strtod(text.c_str(), nullptr);
    return std::isfinite(number) ? std::optional{json(number)} : std::nullopt;
  }
  if (std::regex_match(text, no_number))
    return {};
  return text;
}

bool is_core_tag(const std::string& tag) {
  static const std::set<std::string> core{"null", "bool", "int", "float", "str", "seq", "map"};
  constexpr std::string_view prefix = "tag:yaml.org,2002:";
  return tag.empty() || tag == "?" || tag == "!" ||
         (tag.starts_with(prefix) && core.contains(tag.substr(prefix.size())));
}

span span_of(const YAML::Node& node) {
  auto mark = node.Mark();
  auto offset = mark.is_null() ? 0 : static_cast<size_t>(mark.pos);
  auto length = node.IsScalar() ? node.Scalar().size() + (node.Tag() == "!" ? 2 : 0) : 1;
  return {offset, length};
}

/// Of a tree that a walker has copied, so it ends.
void find_places(const YAML::Node& node, const std::string& pointer, span key, place_map& out) {
  out[pointer] = {key, span_of(node)};
  if (node.IsMap())
    for (const auto& entry : node)
      find_places(entry.second, below(pointer, entry.first.Scalar()), span_of(entry.first), out);
  if (node.IsSequence())
    for (size_t i = 0; i < node.size(); ++i)
      find_places(node[i], below(pointer, i), {}, out);
}

/// Copies yaml-cpp's tree, which shares aliased nodes and may contain itself, into a plain one.
class walker {
public:
  walker(document& out, problems& found, const document_limits& limits)
    : out_{out}, found_{found}, limits_{limits}, budget_{out.text.find('*') == std::string::npos
                                                           ? limits.nodes
                                                           : limits.nodes_with_aliases} {}

  bool walk(const YAML::Node& node, json& out, const std::string& pointer, size_t depth) {
    auto where = span_of(node);
    if (depth > limits_.depth)
      return refuse(pointer, where, too_deep(limits_));
    if (++count_ > budget_)
      return refuse(pointer, where, too_many_nodes(budget_));
    if (!is_core_tag(node.Tag()))
      return refuse(pointer, where,
                    {"custom_tag", "the tag " + node.Tag() + " is not known",
                     "only YAML's core schema is read"});
    if (node.IsMap())
      return walk_map(node, out, pointer, depth);
    if (node.IsSequence())
      return walk_list(node, out, pointer, depth);
    return scalar(node, out, pointer, where);
  }

private:
  bool walk_map(const YAML::Node& node, json& out, const std::string& pointer, size_t depth) {
    out = json::object();
    written_order::keys keys;
    for (const auto& entry : node) {
      auto& key = entry.first;
      auto where = span_of(key);
      if (!key.IsScalar())
        return refuse(pointer, where, {"syntax_error", "a key must be text"});
      auto& name = key.Scalar();
      if (name == "<<")
        return refuse(pointer, where, {"syntax_error", "merge keys are not part of YAML 1.2"});
      auto [member, is_new] = out.get_ref<json::object_t&>().try_emplace(name, nullptr);
      if (is_new)
        keys.push_back(&member->first);
      else
        found_.error_in_text(below(pointer, name), where, duplicate_key(name));
      if (!walk(entry.second, member->second, below(pointer, name), depth + 1))
        return false;
    }
    out_.order.note(out, std::move(keys));
    return true;
  }

  bool walk_list(const YAML::Node& node, json& out, const std::string& pointer, size_t depth) {
    out = json::array();
    for (const auto& item : node) {
      out.push_back(nullptr);
      if (!walk(item, out.back(), below(pointer, out.size() - 1), depth + 1))
        return false;
    }
    return true;
  }

  bool scalar(const YAML::Node& node, json& out, const std::string& pointer, span where) {
    auto plain = node.IsNull() || node.Tag() == "?" || node.Tag().empty();
    if (!plain) {
      out = node.Scalar();
      return true;
    }
    auto read = core_scalar(node.IsNull() ? std::string{} : node.Scalar());
    if (!read)
      return refuse(
        pointer, where,
        {"syntax_error", "JSON has no number " + node.Scalar(), "put it in quotes if it is text"});
    out = std::move(*read);
    return true;
  }

  bool refuse(const std::string& pointer, span where, finding what) {
    found_.error_in_text(pointer, where, std::move(what));
    return false;
  }

  document& out_;
  problems& found_;
  const document_limits& limits_;
  size_t budget_;
  size_t count_ = 0;
};

/// Makes nothing of what it is told.
struct deaf : YAML::EventHandler {
  using mark = const YAML::Mark&;
  using text = const std::string&;
  void OnDocumentStart(mark) override {}
  void OnDocumentEnd() override {}
  void OnNull(mark, YAML::anchor_t) override {}
  void OnAlias(mark, YAML::anchor_t) override {}
  void OnScalar(mark, text, YAML::anchor_t, text) override {}
  void OnSequenceStart(mark, text, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(mark, text, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// 0, 1, or 2 for more: yaml-cpp finds documents without end in some texts.
int documents_in(const std::string& text) {
  std::istringstream in{text};
  YAML::Parser parser{in};
  deaf nobody;
  auto count = 0;
  while (count < 2 && parser.HandleNextDocument(nobody))
    ++count;
  return count;
}

} // namespace

bool read_yaml(document& x, problems& found, const document_limits& limits) {
  try {
    if (auto count = documents_in(x.text); count != 1) {
      found.error_in_text({}, {},
                          {"syntax_error", std::string{"wanted one YAML document, got "} +
                                             (count == 0 ? "none" : "several")});
      return false;
    }
    return walker{x, found, limits}.walk(YAML::Load(x.text), x.root, "", 1) && !found.has_errors();
  } catch (const YAML::Exception& why) {
    auto is_deep = dynamic_cast<const YAML::DeepRecursion*>(&why) != nullptr;
    auto offset = why.mark.is_null() ? 0 : static_cast<size_t>(why.mark.pos);
    found.error_in_text({}, {offset, 1},
                        is_deep ? too_deep(limits) : finding{"syntax_error", why.msg});
    return false;
  }
}

place_map yaml_places(const std::string& text) {
  place_map all;
  find_places(YAML::Load(text), "", {}, all);
  return all;
}

} // namespace troupe::config
