// SPDX-License-Identifier: Apache-2.0
#include "config/document/read_document.hpp"

#include "config/document/utf8.hpp"

namespace troupe::config {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_yaml(const document& x) {
  auto ends = [&](std::string_view end) { return x.name.ends_with(end); };
  if (ends(".yaml") || ends(".yml"))
    return true;
  auto first = x.text.find_first_not_of(" \t\r\n");
  auto like_json = first == std::string::npos || x.text[first] == '{' || x.text[first] == '[';
  return !like_json && !ends(".json");
}

} // namespace

std::string below(const std::string& pointer, std::string_view key) {
  std::string out;
  out.reserve(pointer.size() + 1 + key.size());
  out.append(pointer).push_back('/');
  for (auto c : key)
    if (c == '~' || c == '/')
      out += c == '~' ? "~0" : "~1";
    else
      out += c;
  return out;
}

std::string below(const std::string& pointer, size_t index) {
  return below(pointer, std::to_string(index));
}

finding too_deep(const document_limits& limits) {
  return {"too_deep", "nested deeper than " + std::to_string(limits.depth) + " levels"};
}

finding too_many_nodes(size_t limit) {
  return {"too_many_nodes", "more than " + std::to_string(limit) + " values"};
}

finding duplicate_key(const std::string& key) {
  return {"duplicate_key", "the key \"" + key + "\" stands here twice", "keep one of them"};
}

bool read_document(document& x, problems& found, const document_limits& limits) {
  if (x.text.size() > limits.bytes) {
    auto size = std::to_string(x.text.size());
    x.text.resize(0); // nothing of it is shown
    found.error_in_text({}, {},
                        {"too_large", "the document has " + size + " bytes; at most " +
                                        std::to_string(limits.bytes) + " are read"});
    return false;
  }
  if (x.text.starts_with(byte_order_mark))
    x.text.erase(0, byte_order_mark.size());
  if (auto at = first_invalid_utf8(x.text); at != std::string::npos) {
    x.text.resize(at);
    found.error_in_text({}, {at, 1},
                        {"invalid_utf8", "these bytes are no UTF-8", "save the document as UTF-8"});
    return false;
  }
  if (auto at = x.text.find('\0'); at != std::string::npos) {
    x.text.resize(at);
    found.error_in_text({}, {at, 1}, {"nul_byte", "there is a NUL byte in the document"});
    return false;
  }
  if (x.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    found.error_in_text({}, {}, {"syntax_error", "the document is empty"});
    return false;
  }
  return is_yaml(x) ? read_yaml(x, found, limits) : read_json(x, found, limits);
}

place_map places_in(const document& x) {
  return is_yaml(x) ? yaml_places(x.text) : json_places(x.text);
}

} // namespace troupe::config
