// SPDX-License-Identifier: Apache-2.0
#include "steps/whole_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>

namespace troupe::steps {

namespace {

/// Where an open descriptor leads, by its name.
std::filesystem::path path_of(const unique_fd& x) {
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(x.get()));
}

/// The file that a link leads to, as another place below the same root.
placed_file behind_link(const placed_file& x) {
  auto target = open_beneath(x, O_PATH);
  auto way = path_of(target).lexically_relative(path_of(x.root));
  return {unique_fd{::fcntl(x.root.get(), F_DUPFD_CLOEXEC, 0)}, way.string(), x.given};
}

/// A FIFO without a reader is an error, not a wait.
void write_through(const placed_file& x, const std::string& text) {
  auto opened = open_beneath(x, O_WRONLY | O_NONBLOCK);
  ::fcntl(opened.get(), F_SETFL, ::fcntl(opened.get(), F_GETFL) & ~O_NONBLOCK);
  write_all(opened, text, x);
}

/// `mode`: of what it replaces; nothing: it is new.
void put_in_place(const placed_file& x, const unique_fd& folder, const std::string& name,
                  const std::string& text, std::optional<mode_t> old_mode, mode_t mode) {
  static std::atomic<uint64_t> number = 0;
  auto part = ".troupe-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
  auto flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  unique_fd made{::openat(folder.get(), part.c_str(), flags, mode)};
  if (!made)
    throw_file_error(x, errno);
  try {
    if (old_mode && ::fchmod(made.get(), *old_mode) != 0)
      throw_file_error(x, errno);
    write_all(made, text, x);
    // A full disk may only be told of here.
    if (::close(made.release()) != 0)
      throw_file_error(x, errno);
    auto replace = old_mode ? 0u : static_cast<unsigned>(RENAME_NOREPLACE);
    auto renamed =
      ::renameat2(folder.get(), part.c_str(), folder.get(), name.c_str(), replace) == 0;
    // Not every file system can refuse to replace; but to give a second name, each can.
    if (!renamed && errno == EINVAL && !old_mode) {
      renamed = ::linkat(folder.get(), part.c_str(), folder.get(), name.c_str(), 0) == 0;
      if (renamed)
        ::unlinkat(folder.get(), part.c_str(), 0);
    }
    if (!renamed)
      throw_file_error(x, errno);
  } catch (...) {
    ::unlinkat(folder.get(), part.c_str(), 0);
    throw;
  }
}

} // namespace

void write_whole(const placed_file& x, const std::string& text, bool overwrite, mode_t mode) {
  std::string name;
  auto folder = open_folder_of(x, name, true);
  struct stat there {};
  if (::fstatat(folder.get(), name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT)
      throw_file_error(x, errno);
    return put_in_place(x, folder, name, text, {}, mode);
  }
  if (!overwrite)
    throw_file_error(x, EEXIST);
  if (S_ISLNK(there.st_mode))
    return write_whole(behind_link(x), text, true, mode);
  if (S_ISDIR(there.st_mode))
    throw_file_error(x, EISDIR);
  if (!S_ISREG(there.st_mode))
    return write_through(x, text);
  put_in_place(x, folder, name, text, there.st_mode & 07777, mode);
}

void copy_whole(const placed_file& from, const placed_file& to, bool overwrite) {
  auto source = open_beneath(from, O_RDONLY);
  struct stat info {};
  ::fstat(source.get(), &info);
  write_whole(to, read_all(source, from), overwrite, info.st_mode & 0777);
}

void remove_file(const placed_file& x) {
  std::string name;
  auto folder = open_folder_of(x, name, false);
  if (::unlinkat(folder.get(), name.c_str(), 0) != 0)
    throw_file_error(x, errno);
}

nlohmann::json schema_of_two_paths() {
  return R"({
    "type": "object",
    "properties": {
      "source_path": {"type": "string", "description": "the file"},
      "dest_path": {"type": "string", "description": "its new place; missing folders are made"},
      "overwrite": {"type": "boolean",
                    "description": "replace a file that is there; false by default"}
    },
    "required": ["source_path", "dest_path"],
    "additionalProperties": false
  })"_json;
}

bool wants_overwrite(const step_input& in) { return in.param("overwrite").json() == true; }

} // namespace troupe::steps
