// SPDX-License-Identifier: Apache-2.0
#include "config/document/json_tokens.hpp"
#include "config/document/read_document.hpp"

namespace troupe::config {

namespace {

using nlohmann::json;

/// Builds the tree, and follows the parser through the text token by token: nlohmann's parser tells
/// positions only of its own errors.
class builder : public nlohmann::json_sax<json> {
public:
  builder(document& out, problems& found, const document_limits& limits)
    : out_{out}, found_{found}, limits_{limits}, tokens_{out.text} {}

  bool null() override { return scalar(nullptr); }
  bool boolean(bool x) override { return scalar(x); }
  bool number_integer(int64_t x) override { return scalar(x); }
  bool number_unsigned(uint64_t x) override { return scalar(x); }
  bool number_float(double x, const std::string&) override { return scalar(x); }
  bool string(std::string& x) override { return scalar(std::move(x)); }
  bool binary(json::binary_t&) override { return false; }

  bool start_object(size_t) override { return open(json::object()); }
  bool start_array(size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(std::string& x) override {
    auto where = tokens_.next();
    auto& top = open_.back();
    auto [member, is_new] =
      top.value->get_ref<json::object_t&>().try_emplace(std::move(x), nullptr);
    top.member = &member->second;
    top.key = &member->first;
    if (is_new)
      top.keys.push_back(top.key);
    else
      found_.error_in_text(pointer(), where, duplicate_key(member->first));
    return true;
  }

  bool parse_error(size_t position, const std::string&, const json::exception& why) override {
    std::string text = why.what(); // "[…] parse error at line 1, column 2: syntax error while …"
    if (auto name_end = text.find("] "); name_end != std::string::npos)
      text.erase(0, name_end + 2);
    if (auto detail = text.find(": "); detail != std::string::npos)
      text.erase(0, detail + 2);
    if (auto read = text.find("; last read: "); read != std::string::npos) // the line shows it
      text.erase(read, text.find("'; ", read) == text.npos ? text.npos
                                                           : text.find("'; ", read) + 1 - read);
    auto at = position > 0 ? position - 1 : 0;
    found_.error_in_text(pointer_to(open_.size()), {at, 1},
                         {"syntax_error", std::move(text), cure_at(at)});
    return false;
  }

private:
  struct level {
    json* value;
    json* member = nullptr; ///< of an object: where the next value goes
    const std::string* key = nullptr;
    written_order::keys keys = {};
  };

  /// What people write that JSON does not know.
  std::string cure_at(size_t at) const {
    auto rest = std::string_view{out_.text}.substr(std::min(at, out_.text.size()));
    auto before = std::string_view{out_.text}.substr(0, at);
    auto last = before.find_last_not_of(" \t\r\n");
    auto is_behind_comma = last != before.npos && before[last] == ',';
    if (rest.starts_with("/") || before.ends_with("/"))
      return "JSON has no comments: leave it out, or write YAML";
    if (rest.starts_with("'"))
      return "texts stand in double quotes";
    if (is_behind_comma && (rest.starts_with("}") || rest.starts_with("]")))
      return "no comma stands behind the last one: leave it out";
    if (rest.starts_with("`"))
      return "the document alone, without a fence around it";
    for (auto word : {"True", "False", "None"})
      if (before.ends_with(word[0]) || rest.starts_with(word))
        return "write true, false or null";
    return {};
  }

  bool scalar(json x) { return add(std::move(x), tokens_.next()) != nullptr; }

  bool open(json x) {
    auto where = tokens_.next();
    if (open_.size() >= limits_.depth) {
      found_.error_in_text(pointer(), where, too_deep(limits_));
      return false;
    }
    auto made = add(std::move(x), where);
    if (made)
      open_.push_back({made});
    return made != nullptr;
  }

  bool close() {
    tokens_.next();
    auto& top = open_.back();
    if (top.value->is_object())
      out_.order.note(*top.value, std::move(top.keys));
    open_.pop_back();
    return true;
  }

  json* add(json x, span where) {
    if (++count_ > limits_.nodes) {
      found_.error_in_text(pointer(), where, too_many_nodes(limits_.nodes));
      return nullptr;
    }
    if (open_.empty())
      return &(out_.root = std::move(x));
    auto& top = open_.back();
    if (top.value->is_object())
      return &(*top.member = std::move(x));
    return &top.value->get_ref<json::array_t&>().emplace_back(std::move(x));
  }

  /// Where the next value goes.
  std::string pointer() const {
    if (open_.empty())
      return {};
    auto& top = open_.back();
    auto outer = pointer_to(open_.size());
    return top.value->is_object() ? below(outer, *top.key) : below(outer, top.value->size());
  }

  /// To the innermost of so many levels.
  std::string pointer_to(size_t levels) const {
    std::string out;
    for (size_t i = 0; i + 1 < levels; ++i)
      out = open_[i].value->is_object() ? below(out, *open_[i].key)
                                        : below(out, open_[i].value->size() - 1);
    return out;
  }

  document& out_;
  problems& found_;
  const document_limits& limits_;
  json_tokens tokens_;
  std::vector<level> open_;
  size_t count_ = 0;
};

} // namespace

bool read_json(document& x, problems& found, const document_limits& limits) {
  builder sax{x, found, limits};
  return json::sax_parse(x.text, &sax) && !found.has_errors();
}

} // namespace troupe::config
