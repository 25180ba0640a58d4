// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::config {

bool is_one_of(const std::vector<std::string>& all, const std::string& x);

/// `did you mean "x"?` for the candidate nearest to what was written; empty if none is near (more
/// than a third of its letters differ). Distance: optimal string alignment. Source: L. Boytsov,
/// "Indexing methods for approximate dictionary searching", ACM JEA 16, 2011.
std::string did_you_mean(std::string_view written, const std::vector<std::string>& candidates);

/// What others call by the word `written`, if that is one of the candidates; empty: nothing.
std::string other_word_for(std::string_view written, const std::vector<std::string>& candidates);

/// Whether somebody who wrote this may have meant that.
bool is_near(std::string_view written, const std::string& meant);

} // namespace troupe::config
