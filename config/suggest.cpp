// SPDX-License-Identifier: Apache-2.0
#include "config/suggest.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <map>

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

std::string other_word_for(std::string_view written, const std::vector<std::string>& candidates) {
  static const std::multimap<std::string_view, std::string> words{{"if", "when"},
                                                                  {"condition", "when"},
                                                                  {"kind", "type"},
                                                                  {"uses", "type"},
                                                                  {"action", "type"},
                                                                  {"name", "id"},
                                                                  {"branches", "parallel"},
                                                                  {"branches", "choice"},
                                                                  {"tasks", "parallel"},
                                                                  {"switch", "choice"},
                                                                  {"cases", "choice"},
                                                                  {"conditions", "choice"},
                                                                  {"steps", "sequence"},
                                                                  {"steps", "pipeline"},
                                                                  {"nodes", "pipeline"},
                                                                  {"do", "sequence"},
                                                                  {"body", "loop"},
                                                                  {"args", "params"},
                                                                  {"arguments", "params"},
                                                                  {"with", "params"},
                                                                  {"config", "params"},
                                                                  {"parameters", "params"},
                                                                  {"inputs", "params"},
                                                                  {"on_failure", "fallback"},
                                                                  {"catch", "fallback"},
                                                                  {"retries", "retry_count"},
                                                                  {"max_retries", "retry_count"},
                                                                  {"retries", "retry"},
                                                                  {"max_retries", "retry"},
                                                                  {"foreach", "batch"},
                                                                  {"for_each", "batch"},
                                                                  {"map", "batch"},
                                                                  {"items", "batch"},
                                                                  {"concurrency", "max_workers"},
                                                                  {"edges", "depends_on"},
                                                                  {"delay", "initial"},
                                                                  {"delay_ms", "initial"},
                                                                  {"backoff", "factor"},
                                                                  {"max_attempts", "attempts"},
                                                                  {"timeout_s", "timeout"},
                                                                  {"timeout_ms", "timeout"},
                                                                  {"results", "output"},
                                                                  {"return", "output"},
                                                                  {"returns", "output"},
                                                                  {"on_success", "next"},
                                                                  {"transitions", "next"},
                                                                  {"dependencies", "depends_on"},
                                                                  {"needs", "depends_on"},
                                                                  {"after", "depends_on"}};
  auto [begin, end] = words.equal_range(written);
  for (auto x = begin; x != end; ++x)
    if (is_one_of(candidates, x->second))
      return "here it is called `" + x->second + "`" +
             (x->second == "retry_count" ? ", and counts extra tries" : "");
  return {};
}

} // namespace troupe::config
