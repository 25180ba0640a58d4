// SPDX-License-Identifier: Apache-2.0
#include "config/document/read_document.hpp"

namespace troupe::config {

namespace {

using nlohmann::json;

/// Builds the tree, and follows the parser through the text token by token to know where each value
/// stands: nlohmann's parser tells positions only of errors.
class builder : public nlohmann::json_sax<json> {
public:
  builder(document& out, problems& found, const document_limits& limits)
    : out_{out}, found_{found}, limits_{limits} {}

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
    auto& top = open_.back();
    top.key = x;
    top.key_span = next_token();
    if (top.value->contains(x))
      found_.error_in_text(here(), top.key_span, duplicate_key(x));
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
    found_.error_in_text(open_.empty() ? "" : open_.back().pointer, {at, 1},
                         {"syntax_error", std::move(text), cure_at(at)});
    return false;
  }

private:
  struct level {
    json* value;
    std::string pointer;
    std::string key = {};
    span key_span = {};
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

  bool scalar(json x) {
    auto where = next_token();
    return add(std::move(x), where) != nullptr;
  }

  bool open(json x) {
    auto where = next_token();
    if (open_.size() >= limits_.depth) {
      found_.error_in_text(here(), where, too_deep(limits_));
      return false;
    }
    auto made = add(std::move(x), where);
    if (!made)
      return false;
    open_.push_back({made, std::move(last_pointer_)});
    return true;
  }

  bool close() {
    auto end = next_token();
    auto& where = out_.places[open_.back().pointer].value;
    where.length = end.offset + end.length - where.offset;
    open_.pop_back();
    return true;
  }

  /// Where the next value goes.
  std::string here() const {
    if (open_.empty())
      return {};
    auto& top = open_.back();
    return top.value->is_object() ? below(top.pointer, top.key)
                                  : below(top.pointer, top.value->size());
  }

  json* add(json x, span where) {
    if (++count_ > limits_.nodes) {
      found_.error_in_text(here(), where, too_many_nodes(limits_.nodes));
      return nullptr;
    }
    last_pointer_ = here();
    if (open_.empty()) {
      out_.root = std::move(x);
      out_.places[""] = {{}, where};
      return &out_.root;
    }
    auto& top = open_.back();
    auto in_object = top.value->is_object();
    out_.places[last_pointer_] = {in_object ? top.key_span : span{}, where};
    if (in_object)
      return &((*top.value)[top.key] = std::move(x));
    top.value->push_back(std::move(x));
    return &top.value->back();
  }

  span next_token() {
    auto& text = out_.text;
    auto begin = text.find_first_not_of(" \t\r\n,:", at_);
    at_ = begin + 1;
    if (text[begin] == '"') {
      while (text[at_] != '"')
        at_ += text[at_] == '\\' ? 2 : 1;
      ++at_;
    } else if (std::string_view{"{}[]"}.find(text[begin]) == std::string_view::npos) {
      at_ = std::min(text.find_first_of(" \t\r\n,:]}", begin), text.size());
    }
    return {begin, at_ - begin};
  }

  document& out_;
  problems& found_;
  const document_limits& limits_;
  std::vector<level> open_;
  std::string last_pointer_; // of what `add` added
  size_t at_ = 0;            // behind the last token
  size_t count_ = 0;
};

} // namespace

bool read_json(document& x, problems& found, const document_limits& limits) {
  builder sax{x, found, limits};
  return json::sax_parse(x.text, &sax) && !found.has_errors();
}

} // namespace troupe::config
