// SPDX-License-Identifier: Apache-2.0
#include "steps/file_access.hpp"
#include "steps/kinds.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <vector>

namespace troupe::steps {

namespace {

constexpr size_t most_files = 1'000'000;

std::vector<std::string> parts_of(const std::string& pattern) {
  std::vector<std::string> parts;
  for (auto& part : std::filesystem::path{pattern})
    if (!part.empty() && part != "/" && part != ".")
      parts.push_back(part.string());
  return parts;
}

/// Finds files by a pattern: `*` and `?` within a name, `**` for any number of folders. Follows no
/// links to folders.
class finder {
public:
  finder(const placed_file& root, std::vector<std::string> parts, const std::stop_token& stop)
    : root_{root}, parts_{std::move(parts)}, stop_{stop} {}

  std::vector<std::string> run(unique_fd folder, const std::string& prefix) {
    walk(std::move(folder), prefix, 0);
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return std::move(found_);
  }

private:
  struct entry {
    std::string name;
    bool is_folder;
  };

  std::vector<entry> entries_of(unique_fd folder) {
    auto close = [](DIR* x) { ::closedir(x); };
    std::unique_ptr<DIR, decltype(close)> all{::fdopendir(folder.get())};
    if (!all)
      throw_file_error(root_, errno);
    auto fd = folder.release(); // the stream's from here on
    std::vector<entry> result;
    while (auto next = ::readdir(all.get())) {
      std::string name{next->d_name};
      if (name == "." || name == "..")
        continue;
      auto is_folder = next->d_type == DT_DIR;
      if (struct stat info{}; next->d_type == DT_UNKNOWN &&
                              ::fstatat(fd, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0)
        is_folder = S_ISDIR(info.st_mode);
      result.push_back({std::move(name), is_folder});
    }
    return result;
  }

  void walk(unique_fd folder, const std::string& prefix, size_t part) {
    if (stop_.stop_requested())
      throw step_error{errc::cancelled, "stopped"};
    unique_fd kept{::fcntl(folder.get(), F_DUPFD_CLOEXEC, 0)};
    if (!kept)
      throw_file_error(root_, errno);
    for (auto& [name, is_folder] : entries_of(std::move(folder))) {
      auto path = prefix + name;
      visit(kept, path, name, is_folder, part);
    }
  }

  void visit(const unique_fd& folder, const std::string& path, const std::string& name,
             bool is_folder, size_t part) {
    auto is_last = part + 1 == parts_.size();
    if (parts_[part] == "**") {
      if (is_folder && name[0] != '.')
        descend(folder, path, name, part);
      if (!is_last)
        visit(folder, path, name, is_folder, part + 1);
      else if (!is_folder)
        add(path);
      return;
    }
    if (::fnmatch(parts_[part].c_str(), name.c_str(), FNM_PERIOD) != 0)
      return;
    if (is_last && !is_folder)
      add(path);
    else if (!is_last && is_folder)
      descend(folder, path, name, part + 1);
  }

  void descend(const unique_fd& folder, const std::string& path, const std::string& name,
               size_t part) {
    unique_fd inner{
      ::openat(folder.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (inner)
      return walk(std::move(inner), path + "/", part);
    auto is_not_ours = errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == EACCES;
    if (!is_not_ours) // it has not gone, and could be read
      throw_file_error(root_, errno);
  }

  void add(const std::string& path) {
    if (found_.size() >= most_files)
      throw step_error{errc::payload_too_large, "more than 1,000,000 files"};
    found_.push_back(path);
  }

  const placed_file& root_;
  std::vector<std::string> parts_;
  std::stop_token stop_;
  std::vector<std::string> found_;
};

} // namespace

/// Lists the files that a pattern names, in alphabetical order.
step_kind list_files_kind(const file_roots& roots) {
  auto schema = R"({
    "type": "object",
    "properties": {
      "glob": {"aliases": ["pattern"], "type": "string", "description": "`*.md`, `src/**/*.cpp`; hidden files only if named"},
      "path": {"type": "string", "description": "the folder to begin in; the working directory"}
    },
    "required": ["glob"],
    "additionalProperties": false
  })"_json;
  auto run = [access = file_access{roots}](const step_input& in) -> step_output {
    auto parts = parts_of(in.param("glob").text());
    if (parts.empty() || std::find(parts.begin(), parts.end(), "..") != parts.end())
      throw step_error{errc::invalid_input, "params/glob: wanted a pattern without `..`, got \"" +
                                              in.param("glob").text() + "\""};
    auto given = in.params.find("path");
    auto path = given ? given->text() : std::string{"."};
    auto place = access.place_to_read(path);
    auto folder = open_beneath(place, O_RDONLY | O_DIRECTORY);
    auto prefix = given ? path + (path.ends_with('/') ? "" : "/") : std::string{};
    auto files = finder{place, std::move(parts), in.stop}.run(std::move(folder), prefix);
    auto count = files.size();
    return {{"files", std::move(files)}, {"count", count}};
  };
  return {"list-files", "Lists the files that a pattern names.", schema, "any", "json",
          plain_fn{run}};
}

} // namespace troupe::steps
