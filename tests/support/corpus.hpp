// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"

#include <set>
#include <string>
#include <vector>

// For tests that run the documents of tests/documents.
namespace troupe::test {

/// What the files of documents end in.
const std::vector<std::string>& document_endings();

/// Without what differs from run to run, and without these members.
nlohmann::json lasting(const nlohmann::json& x, const std::set<std::string>& less = {});

/// In place of the kinds that ask other services: these answer with what they were asked.
void add_echoing_kinds(registry& kinds);

/// It has groups that end as soon as they have what they want: who comes first is a matter of time.
bool is_a_race(const std::string& document);

} // namespace troupe::test
