// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/document/document.hpp"
#include "config/document/problems.hpp"
#include "config/native/kind_schemas.hpp"
#include "config/native/stubs.hpp"
#include "config/native/types.hpp"
#include "config/plan.hpp"
#include "troupe/flow.hpp"
#include "troupe/registry.hpp"

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::config {

class native_reader;

/// A document that is being read, and what is wrong with it.
struct source {
  source(std::string name, std::string text, std::optional<std::filesystem::path> where = {})
    : content{.name = std::move(name), .text = std::move(text), .root = {}}, file{
                                                                               std::move(where)} {
    if (file)
      folder = file->parent_path();
  }
  source(const source&) = delete;
  source& operator=(const source&) = delete;

  document content;
  problems found{content};
  std::optional<std::filesystem::path> file, folder; ///< nothing: the text is in no file
};

/// Parses the document, puts in the text files that it names, and makes it native; false if it is
/// no flow. `format`: empty for that which its keys say.
bool parse(source& x, const std::string& format = {});

/// A file's bytes, at most as many as a document may have and one more; or why there are none.
expected<std::string, std::string> contents_of(const std::filesystem::path& file);

/// A jq program, and where it stands.
struct noted_program {
  jq_source source;
  native_reader* reader;
  std::string pointer;
  std::vector<std::string> unreadable; ///< ids that it mentions and may not read
};

/// What the readers of one flow, and of those that it calls, have in common.
struct reading {
  const registry& kinds;
  const reading_options& options;
  std::shared_ptr<plan::flow> flow = std::make_shared<plan::flow>();
  std::vector<noted_program> programs = {};
  bool has_places = false;         ///< some node goes elsewhere
  size_t slots = 0;                ///< numbers given to nodes
  size_t names = 0;                ///< likewise, to names
  std::deque<source> sources = {}; ///< the flow's own, then those that it calls
  /// Those of the sources that others name: by the folder of who does, and by that name.
  std::map<std::pair<std::string, std::string>, source*> beside = {};
  std::deque<source> type_files = {};
  custom_types types = {}; ///< of the options
  config::stubs stubs = {};
  kind_schemas schemas = {};
  std::vector<std::string> environment = {}, secrets = {}; ///< that those name
  std::vector<std::shared_ptr<native_reader>> readers = {};
  std::map<std::string, const plan::subflow*, std::less<>> subflows = {}; ///< by file and name
  struct unfinished_call {
    const plan::subflow* target;
    int conditions; ///< that were around when the target was begun to be read
  };
  std::vector<unfinished_call> calling = {}; ///< the flows that are being read

  name_slot new_name() { return names++; }
};

/// Reads the types that the options bring; false if there is something wrong with them.
bool read_types_file(reading& all);

/// Reads the native document, and those that it calls; everything that is wrong is among the
/// problems of its sources.
void read_native(reading& all);

} // namespace troupe::config
