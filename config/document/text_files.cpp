// SPDX-License-Identifier: Apache-2.0
#include "config/document/text_files.hpp"

#include "config/document/utf8.hpp"
#include "troupe/expected.hpp"

#include <fstream>
#include <iterator>

namespace troupe::config {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr size_t most_bytes = 1 << 20;
constexpr auto key = "$file";

unexpected<finding> refuse_file(const std::string& name, const std::string& why,
                                const std::string& hint = {}) {
  return unexpected<finding>{{"cannot_read", "\"" + name + "\" " + why, hint}};
}

} // namespace

expected<fs::path, finding> file_beside(const std::optional<fs::path>& beside,
                                        const std::string& name) {
  auto refuse = [&](const std::string& why, const std::string& hint) {
    return refuse_file(name, why, hint);
  };
  if (!beside)
    return unexpected<finding>{
      {"cannot_read", "a document that is in no file has no files beside it"}};
  auto& folder = *beside;
  auto way = fs::path{name}.lexically_normal();
  std::error_code ignored;
  auto real = fs::weakly_canonical(folder / way, ignored);
  auto leads_out =
    real.lexically_relative(fs::weakly_canonical(folder, ignored)).string().starts_with("..");
  if (name.empty() || way.is_absolute() || *way.begin() == ".." || leads_out)
    return refuse("leads out of the document's folder", "write a path from there");
  if (!fs::is_regular_file(real, ignored))
    return refuse("is not there, or no file", "paths begin at the document's folder");
  return real;
}

namespace {

expected<std::string, finding> text_of(const std::optional<fs::path>& folder,
                                       const std::string& name) {
  auto refuse = [&](const std::string& why) { return refuse_file(name, why); };
  auto real = file_beside(folder, name);
  if (!real)
    return unexpected{real.error()};
  std::ifstream in{*real, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in)
    return refuse("cannot be read");
  if (text.size() > most_bytes)
    return refuse("has more than 1 MiB");
  if (first_invalid_utf8(text) != text.npos || text.find('\0') != text.npos)
    return refuse("is no text: wanted UTF-8 without NUL bytes");
  return text;
}

class walker {
public:
  walker(const std::optional<fs::path>& folder, problems& found) : folder_{folder}, found_{found} {}

  void walk(json& x, const std::string& pointer) {
    if (x.is_object() && x.size() == 1 && x.contains(key))
      return put_in(x, below(pointer, key));
    if (x.is_object())
      for (auto& [name, member] : x.items())
        walk(member, below(pointer, name));
    if (x.is_array())
      for (size_t i = 0; i < x.size(); ++i)
        walk(x[i], below(pointer, i));
  }

private:
  void put_in(json& x, const std::string& pointer) {
    if (!x[key].is_string())
      return found_.error(pointer, {"wrong_type", "wanted the path of a file"});
    auto text = text_of(folder_, x[key].get<std::string>());
    if (!text)
      return found_.error(pointer, text.error());
    x = std::move(*text);
  }

  const std::optional<fs::path>& folder_;
  problems& found_;
};

} // namespace

void put_in_text_files(document& x, const std::optional<fs::path>& folder, problems& found) {
  if (x.text.find(key) != x.text.npos)
    walker{folder, found}.walk(x.root, "");
}

} // namespace troupe::config
