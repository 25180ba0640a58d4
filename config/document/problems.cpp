// SPDX-License-Identifier: Apache-2.0
#include "config/document/problems.hpp"

#include "config/document/read_document.hpp"
#include "config/document/utf8.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

constexpr size_t most_of_each = 50;         // errors, warnings
constexpr size_t longest_source_line = 400; // bytes

std::string parent_of(const std::string& pointer) { return pointer.substr(0, pointer.rfind('/')); }

} // namespace

void problems::error(const std::string& pointer, finding what, at where) {
  add(severity::error, pointer, find(pointer, where), std::move(what));
}

void problems::warning(const std::string& pointer, finding what, at where) {
  add(severity::warning, pointer, find(pointer, where), std::move(what));
}

void problems::error_in_text(const std::string& pointer, span where, finding what) {
  add(severity::error, pointer, where, std::move(what));
}

void problems::error_inside(const std::string& pointer, std::string_view piece, size_t before,
                            finding what) {
  auto whole = find(pointer, at::value);
  auto text = std::string_view{where_.text}.substr(whole.offset, whole.length);
  auto inner = text.find(piece);
  for (; before > 0 && inner != text.npos; --before) // a translated text may have more of them
    inner = std::min(text.find(piece, inner + 1), text.rfind(piece));
  if (!piece.empty() && inner != text.npos)
    whole = {whole.offset + inner, piece.size()};
  add(severity::error, pointer, whole, std::move(what));
}

/// A pointer to something that is not written, such as a missing key, shows what encloses it.
span problems::find(const std::string& asked, at where) {
  auto pointer = as_written(asked);
  auto found = places().find(pointer);
  if (found == places().end())
    return pointer.empty() ? span{} : find(parent_of(pointer), where);
  auto& [key, value] = found->second;
  return where == at::key && key.length > 0 ? key : value;
}

/// The pointer into the document that people have before them.
std::string problems::as_written(std::string pointer) {
  if (where_.translated.is_null())
    return pointer;
  if (!origins_)
    origins_ = origins_of(where_, places());
  for (;;) {
    if (auto found = origins_->find(pointer); found != origins_->end())
      return found->second;
    if (pointer.empty())
      return pointer;
    pointer = parent_of(pointer);
  }
}

const place_map& problems::places() {
  if (!places_)
    places_ = places_in(where_);
  return *places_;
}

void problems::add(severity how_bad, std::string pointer, span where, finding what) {
  if (++(how_bad == severity::error ? errors_ : warnings_) > most_of_each)
    return;
  std::string_view text = where_.text;
  auto offset = std::min(where.offset, text.size());
  auto line_begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1; // npos + 1 is 0
  auto line_end = std::min(text.find('\n', offset), text.size());
  auto on_line = std::min(offset + std::max<size_t>(where.length, 1), line_end) - offset;
  diagnostic x{.severity = how_bad,
               .code = std::move(what.code),
               .message = std::move(what.message),
               .hint = std::move(what.hint),
               .file = where_.name,
               .pointer = as_written(std::move(pointer))};
  x.line = 1 + static_cast<size_t>(std::count(text.begin(), text.begin() + offset, '\n'));
  x.column = 1 + code_points(text.substr(line_begin, offset - line_begin));
  x.length = std::max<size_t>(1, code_points(text.substr(offset, on_line)));
  if (line_end - line_begin <= longest_source_line)
    x.source_line = text.substr(line_begin, line_end - line_begin);
  found_.emplace_back(offset, std::move(x));
}

std::vector<diagnostic> problems::take() {
  std::stable_sort(found_.begin(), found_.end(),
                   [](auto& x, auto& y) { return x.first < y.first; });
  std::vector<diagnostic> result;
  for (auto& [offset, x] : found_)
    result.push_back(std::move(x));
  tell_left_out(severity::error, errors_, result);
  tell_left_out(severity::warning, warnings_, result);
  return result;
}

void problems::tell_left_out(severity how_bad, size_t count, std::vector<diagnostic>& out) const {
  if (count <= most_of_each)
    return;
  std::string what = how_bad == severity::error ? "errors" : "warnings";
  out.push_back(
    {.severity = how_bad,
     .code = "more_" + what,
     .message = std::to_string(count - most_of_each) + " more " + what + " are not shown",
     .file = where_.name});
}

} // namespace troupe::config
