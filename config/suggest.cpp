// SPDX-License-Identifier: Apache-2.0
#include "config/suggest.hpp"

#include <algorithm>
#include <cctype>
#include <limits>

namespace troupe::config {

bool is_one_of(const std::vector<std::string>& all, const std::string& x) {
  return std::find(all.begin(), all.end(), x) != all.end();
}

namespace {

size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j)
    d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i)
    for (size_t j = 1; j <= b.size(); ++j) {
      auto changed = a[i - 1] == b[j - 1] ? 0u : 1u;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

std::string lower(std::string_view text) {
  std::string out{text};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

} // namespace

std::string did_you_mean(std::string_view written, const std::vector<std::string>& candidates) {
  constexpr size_t longest = 64; // of what is worth comparing
  if (written.size() > longest)
    return {};
  auto best = std::numeric_limits<size_t>::max();
  const std::string* nearest = nullptr;
  for (auto& candidate : candidates)
    if (candidate.size() <= longest)
      if (auto d = distance(lower(written), lower(candidate)); d < best) {
        best = d;
        nearest = &candidate;
      }
  if (!nearest || best > std::max<size_t>(1, std::max(written.size(), nearest->size()) / 3))
    return {};
  return "did you mean \"" + *nearest + "\"?";
}

bool is_near(std::string_view written, const std::string& meant) {
  return !did_you_mean(written, {meant}).empty();
}

} // namespace troupe::config
