// SPDX-License-Identifier: Apache-2.0
#include "config/document/json_tokens.hpp"
#include "config/document/read_document.hpp"

namespace troupe::config {

namespace {

class scan {
public:
  explicit scan(const std::string& text) : text_{text}, tokens_{text} {}

  place_map all() {
    value("", {}, tokens_.next());
    return std::move(found_);
  }

private:
  bool closes(span token) const { return text_[token.offset] == '}' || text_[token.offset] == ']'; }

  void value(const std::string& pointer, span key, span first) {
    auto last = first;
    if (text_[first.offset] == '{')
      for (last = tokens_.next(); !closes(last); last = tokens_.next()) {
        auto name = nlohmann::json::parse(text_.substr(last.offset, last.length));
        value(below(pointer, name.get_ref<const std::string&>()), last, tokens_.next());
      }
    if (text_[first.offset] == '[') {
      size_t items = 0;
      for (last = tokens_.next(); !closes(last); last = tokens_.next())
        value(below(pointer, items++), {}, last);
    }
    found_[pointer] = {key, {first.offset, last.offset + last.length - first.offset}};
  }

  const std::string& text_;
  json_tokens tokens_;
  place_map found_;
};

} // namespace

place_map json_places(const std::string& text) { return scan{text}.all(); }

} // namespace troupe::config
