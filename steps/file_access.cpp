// SPDX-License-Identifier: Apache-2.0
#include "steps/file_access.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

namespace troupe::steps {

namespace fs = std::filesystem;

namespace {

constexpr size_t most_bytes = 64u << 20;

int openat2(int folder, const char* path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, path, &how, sizeof how));
}

/// The way from the root to the file, if it leads down by its letters.
std::string way_from(const fs::path& root, const fs::path& file) {
  auto way = file.lexically_relative(root);
  return way.empty() || *way.begin() == ".." ? std::string{} : way.string();
}

} // namespace

placed_file file_access::place(const std::string& path, const std::vector<std::string>& roots,
                               const char* done_to_it) {
  if (path.empty() || path.find('\0') != path.npos)
    throw step_error{errc::invalid_input, path.empty() ? "the path of a file is empty"
                                                       : "there is a NUL byte in a path"};
  auto file = fs::absolute(path).lexically_normal();
  for (auto& root : roots) {
    auto folder = fs::absolute(root).lexically_normal();
    if (!folder.has_filename() && folder.has_relative_path())
      folder = folder.parent_path(); // "a/" is "a"
    auto way = way_from(folder, file);
    if (way.empty())
      continue;
    unique_fd opened{::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (opened)
      return {std::move(opened), std::move(way), path};
  }
  std::string all;
  for (auto& root : roots)
    all += (all.empty() ? "" : ", ") + root;
  throw step_error{errc::denied, "\"" + path + "\" may not be " + done_to_it +
                                   ": it is not below " + (all.empty() ? "any folder" : all)};
}

namespace {

bool may_pass_by_itself(int number) {
  static const std::set<int> for_good{ENOENT,  EEXIST, EACCES, EPERM,        EISDIR,
                                      ENOTDIR, EROFS,  ENXIO,  ENAMETOOLONG, EINVAL};
  return !for_good.contains(number);
}

} // namespace

void throw_file_error(const placed_file& x, int number) {
  if (number == EXDEV || number == ELOOP)
    throw step_error{errc::denied, "\"" + x.given + "\" leads out of the folders that are allowed"};
  throw step_error{errc::file_error, "\"" + x.given + "\": " + std::strerror(number),
                   may_pass_by_itself(number)};
}

unique_fd open_beneath(const placed_file& x, int flags, mode_t mode) {
  unique_fd opened{openat2(x.root.get(), x.path.c_str(), flags, mode)};
  if (!opened)
    throw_file_error(x, errno);
  return opened;
}

unique_fd open_folder_of(const placed_file& x, std::string& name, bool make_missing) {
  auto way = fs::path{x.path};
  name = way.filename().string();
  unique_fd folder{openat2(x.root.get(), ".", O_PATH | O_DIRECTORY, 0)};
  if (!folder)
    throw_file_error(x, errno);
  fs::path so_far;
  for (auto& part : way.parent_path()) {
    so_far /= part;
    unique_fd next{openat2(x.root.get(), so_far.c_str(), O_PATH | O_DIRECTORY, 0)};
    if (!next && errno == ENOENT && make_missing) {
      if (::mkdirat(folder.get(), part.c_str(), 0777) != 0 && errno != EEXIST)
        throw_file_error(x, errno);
      next = unique_fd{openat2(x.root.get(), so_far.c_str(), O_PATH | O_DIRECTORY, 0)};
    }
    if (!next)
      throw_file_error(x, errno);
    folder = std::move(next);
  }
  return folder;
}

std::string read_all(const unique_fd& from, const placed_file& x) {
  std::string text;
  std::array<char, 65536> buffer;
  for (;;) {
    auto count = ::read(from.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      throw_file_error(x, errno);
    if (count == 0)
      return text;
    text.append(buffer.data(), static_cast<size_t>(count));
    if (text.size() > most_bytes)
      throw step_error{errc::payload_too_large, "\"" + x.given + "\" is larger than 64 MiB"};
  }
}

void write_all(const unique_fd& to, const std::string& text, const placed_file& x) {
  for (size_t done = 0; done < text.size();) {
    auto count = ::write(to.get(), text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      throw_file_error(x, errno);
    done += static_cast<size_t>(count);
  }
}

} // namespace troupe::steps
