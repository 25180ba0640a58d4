// SPDX-License-Identifier: Apache-2.0
#include "config/document/read_document.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>

namespace troupe::config {

namespace {

using nlohmann::json;

enum class scalar : uint8_t { null, boolean, integer, real, text };

/// Goes over a text from left to right.
class scan {
public:
  explicit scan(std::string_view text) : text_{text} {}

  bool eat_one_of(std::string_view wanted) {
    auto is_there = !is_done() && wanted.find(text_[at_]) != wanted.npos;
    at_ += is_there ? 1 : 0;
    return is_there;
  }
  /// Whether there was at least one.
  bool eat_all_of(std::string_view wanted) {
    auto begin = at_;
    while (eat_one_of(wanted))
      ;
    return at_ > begin;
  }
  bool is_done() const { return at_ == text_.size(); }

private:
  std::string_view text_;
  size_t at_ = 0;
};

constexpr std::string_view digits = "0123456789";

bool is_integer(std::string_view text) {
  if (text.starts_with("0o") || text.starts_with("0x")) {
    scan in{text.substr(2)};
    return in.eat_all_of(text[1] == 'o' ? "01234567" : "0123456789abcdefABCDEF") && in.is_done();
  }
  scan in{text};
  in.eat_one_of("+-");
  return in.eat_all_of(digits) && in.is_done();
}

bool is_real(std::string_view text) {
  scan in{text};
  in.eat_one_of("+-");
  auto has_whole = in.eat_all_of(digits);
  auto has_rest = in.eat_one_of(".") && in.eat_all_of(digits);
  if (!has_whole && !has_rest)
    return false;
  if (!in.eat_one_of("eE"))
    return in.is_done();
  in.eat_one_of("+-");
  return in.eat_all_of(digits) && in.is_done();
}

/// `.inf` and `.nan`, for which JSON has no number.
bool is_no_number(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN")
    return true;
  if (text.starts_with("+") || text.starts_with("-"))
    text.remove_prefix(1);
  return text == ".inf" || text == ".Inf" || text == ".INF";
}

/// What a plain scalar is in YAML 1.2's core schema: `yes` is text, `0123` is 123. Source:
/// YAML 1.2.2, 10.3.
scalar kind_of(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return scalar::null;
  if (text == "true" || text == "True" || text == "TRUE" || text == "false" || text == "False" ||
      text == "FALSE")
    return scalar::boolean;
  return is_integer(text)                      ? scalar::integer
         : is_real(text) || is_no_number(text) ? scalar::real
                                               : scalar::text;
}

json integer_from(const std::string& text) {
  auto base = text.starts_with("0o") ? 8 : text.starts_with("0x") ? 16 : 10;
  auto begin = text.data() + (base != 10 ? 2 : text[0] == '+' ? 1 : 0);
  auto end = text.data() + text.size();
  int64_t number = 0;
  if (std::from_chars(begin, end, number, base).ec == std::errc{})
    return number;
  uint64_t large = 0;
  if (std::from_chars(begin, end, large, base).ec == std::errc{})
    return large;
  return std::strtod(text.c_str(), nullptr);
}

/// Nothing if JSON has no such number.
std::optional<json> value_of(const std::string& text, scalar kind) {
  switch (kind) {
  case scalar::null:
    return json(nullptr);
  case scalar::boolean:
    return json(text[0] == 't' || text[0] == 'T');
  case scalar::text:
    return json(text);
  case scalar::integer:
  case scalar::real:
    break;
  }
  auto number = kind == scalar::integer ? integer_from(text)
                : is_no_number(text)    ? json(HUGE_VAL)
                                        : json(std::strtod(text.c_str(), nullptr));
  if (number.is_number_float() && !std::isfinite(number.get<double>()))
    return {};
  return number;
}

constexpr std::string_view tag_prefix = "tag:yaml.org,2002:";

/// What a tag of the core schema says; nothing: it says nothing.
struct core_tag {
  std::string name; ///< after the prefix
  bool is_known = true;
};

core_tag core_tag_of(const std::string& tag) {
  static const std::set<std::string> core{"null", "bool", "int", "float", "str", "seq", "map"};
  if (tag.empty() || tag == "?" || tag == "!")
    return {};
  auto name = tag.starts_with(tag_prefix) ? tag.substr(tag_prefix.size()) : std::string{};
  return {name, core.contains(name)};
}

/// Whether a scalar may have the tag; `!!float 1` may.
bool fits(const std::string& tag, scalar kind) {
  switch (kind) {
  case scalar::null:
    return tag == "null";
  case scalar::boolean:
    return tag == "bool";
  case scalar::integer:
    return tag == "int" || tag == "float";
  case scalar::real:
    return tag == "float";
  case scalar::text:
    return false;
  }
  return false;
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
  /// `most`: that many values, with what aliases stand for.
  walker(document& out, problems& found, const document_limits& limits, size_t most)
    : out_{out}, found_{found}, limits_{limits}, most_{most} {}

  bool walk(const YAML::Node& node, json& out, const std::string& pointer, size_t depth) {
    auto where = span_of(node);
    if (depth > limits_.depth)
      return refuse(pointer, where, too_deep(limits_));
    if (++count_ > most_)
      return refuse(pointer, where, too_many_nodes(most_));
    auto tag = core_tag_of(node.Tag());
    if (!tag.is_known)
      return refuse(pointer, where,
                    {"custom_tag", "the tag " + node.Tag() + " is not known",
                     "only YAML's core schema is read"});
    auto own = node.IsMap() ? "map" : node.IsSequence() ? "seq" : "";
    auto is_collection = tag.name == "map" || tag.name == "seq";
    if (!tag.name.empty() && (*own != '\0' || is_collection) && tag.name != own)
      return refuse(pointer, where, other_than_tagged(tag.name));
    if (node.IsMap())
      return walk_map(node, out, pointer, depth);
    if (node.IsSequence())
      return walk_list(node, out, pointer, depth);
    return walk_scalar(node, tag.name, out, pointer, where);
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

  bool walk_scalar(const YAML::Node& node, const std::string& tag, json& out,
                   const std::string& pointer, span where) {
    auto text = node.IsNull() ? std::string{} : node.Scalar();
    auto is_plain = node.IsNull() || node.Tag() == "?" || node.Tag().empty();
    auto kind = is_plain || (!tag.empty() && tag != "str") ? kind_of(text) : scalar::text;
    if (!tag.empty() && tag != "str" && !fits(tag, kind))
      return refuse(pointer, where, other_than_tagged(tag));
    auto read = value_of(text, kind);
    if (read && tag == "float")
      *read = read->get<double>();
    if (!read)
      return refuse(
        pointer, where,
        {"syntax_error", "JSON has no number " + node.Scalar(), "put it in quotes if it is text"});
    out = std::move(*read);
    return true;
  }

  static finding other_than_tagged(const std::string& tag) {
    return {"wrong_type", "this is not what its tag !!" + tag + " says"};
  }

  bool refuse(const std::string& pointer, span where, finding what) {
    found_.error_in_text(pointer, where, std::move(what));
    return false;
  }

  document& out_;
  problems& found_;
  const document_limits& limits_;
  size_t most_;
  size_t count_ = 0;
};

/// Looks at a text's events, and builds nothing.
struct survey : YAML::EventHandler {
  bool has_aliases = false;

  using mark = const YAML::Mark&;
  using text = const std::string&;
  void OnDocumentStart(mark) override {}
  void OnDocumentEnd() override {}
  void OnNull(mark, YAML::anchor_t) override {}
  void OnAlias(mark, YAML::anchor_t) override { has_aliases = true; }
  void OnScalar(mark, text, YAML::anchor_t, text) override {}
  void OnSequenceStart(mark, text, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(mark, text, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// 0, 1, or 2 for more: yaml-cpp finds documents without end in some texts.
int documents_in(const std::string& text, survey& seen) {
  std::istringstream in{text};
  YAML::Parser parser{in};
  auto count = 0;
  while (count < 2 && parser.HandleNextDocument(seen))
    ++count;
  return count;
}

std::string hint_for(const std::string& text, size_t offset) {
  auto end_before = offset == 0 ? text.npos : text.rfind('\n', offset - 1);
  auto begin = end_before == text.npos ? 0 : end_before + 1;
  auto indentation = text.substr(begin, text.find_first_not_of(" \t", begin) - begin);
  return indentation.find('\t') == text.npos ? ""
                                             : "YAML is indented with spaces, and here is a tab";
}

} // namespace

bool read_yaml(document& x, problems& found, const document_limits& limits) {
  try {
    survey seen;
    if (auto count = documents_in(x.text, seen); count != 1) {
      found.error_in_text({}, {},
                          {"syntax_error", std::string{"wanted one YAML document, got "} +
                                             (count == 0 ? "none" : "several")});
      return false;
    }
    auto most = seen.has_aliases ? limits.nodes_with_aliases : limits.nodes;
    return walker{x, found, limits, most}.walk(YAML::Load(x.text), x.root, "", 1) &&
           !found.has_errors();
  } catch (const YAML::Exception& why) {
    auto is_deep = dynamic_cast<const YAML::DeepRecursion*>(&why) != nullptr;
    auto offset = why.mark.is_null() ? 0 : static_cast<size_t>(why.mark.pos);
    found.error_in_text({}, {offset, 1},
                        is_deep ? too_deep(limits)
                                : finding{"syntax_error", why.msg, hint_for(x.text, offset)});
    return false;
  }
}

place_map yaml_places(const std::string& text) {
  place_map all;
  find_places(YAML::Load(text), "", {}, all);
  return all;
}

} // namespace troupe::config
