// SPDX-License-Identifier: Apache-2.0
#include "cluster/pem_file.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

namespace troupe {

namespace {

constexpr size_t most_bytes = 1 << 20;

struct opened_file {
  struct stat about = {};
  std::string text;
};

unexpected<error> refused(errc code, const std::string& file, const std::string& wanted,
                          const std::string& found, const std::string& cure) {
  return failure(code, file + ": wanted " + wanted + ", found " + found + "; " + cure);
}

/// `what`: that should be in it.
expected<opened_file> open_whole(const std::string& file, const std::string& what) {
  if (file.empty())
    return failure(errc::invalid_input, "TLS wants a certificate, its key and the authority: the "
                                        "file of " +
                                          what + " has no name");
  auto no_such = [&](int number) {
    return refused(number == EACCES ? errc::denied : errc::invalid_input, file, what,
                   std::strerror(number),
                   number == EACCES ? "make the user of this process its owner"
                                    : "`troupe cluster certs` makes such files");
  };
  auto fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0)
    return no_such(errno);
  opened_file x;
  auto is_known = ::fstat(fd, &x.about) == 0;
  std::array<char, 4096> piece{};
  ssize_t count = is_known && S_ISREG(x.about.st_mode) ? 1 : 0;
  while (count > 0 && x.text.size() <= most_bytes) {
    count = ::read(fd, piece.data(), piece.size());
    x.text.append(piece.data(), static_cast<size_t>(std::max<ssize_t>(count, 0)));
  }
  auto number = errno;
  ::close(fd);
  if (!is_known || count < 0)
    return no_such(number);
  if (!S_ISREG(x.about.st_mode) || x.text.size() > most_bytes)
    return refused(errc::invalid_input, file, what,
                   S_ISREG(x.about.st_mode) ? "more than 1 MiB" : "something that is no file",
                   "name another file");
  return x;
}

/// What the blocks of a PEM text say that they are.
std::vector<std::string> blocks_of(const std::string& text) {
  constexpr std::string_view begin = "-----BEGIN ", end = "-----";
  std::vector<std::string> all;
  for (size_t at = 0; (at = text.find(begin, at)) != text.npos;) {
    at += begin.size();
    all.push_back(text.substr(at, std::min(text.find(end, at), text.size()) - at));
  }
  return all;
}

/// For messages.
std::string list_of(const std::vector<std::string>& blocks) {
  std::string text;
  for (auto& x : blocks)
    text += (text.empty() ? "" : ", ") + x;
  return text.empty() ? "nothing in PEM format" : text;
}

bool is_private_key(const std::string& block) { return block.ends_with("PRIVATE KEY"); }

/// Asked by OpenSSL, which otherwise would ask at the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

/// The rights of others to the file, and who owns it.
expected<void> check_rights(const std::string& file, const struct stat& about) {
  auto mode = about.st_mode & 07777;
  if ((mode & 077) != 0) {
    std::array<char, 8> digits{};
    std::snprintf(digits.data(), digits.size(), "%o", mode);
    return refused(errc::denied, file, "a key that only its owner may read (mode 600)",
                   std::string{"mode "} + digits.data(), "chmod 600 " + file);
  }
  if (about.st_uid != ::geteuid() && about.st_uid != 0)
    return refused(errc::denied, file, "a key that belongs to the user of this process, or to root",
                   "the user " + std::to_string(about.st_uid),
                   "chown " + std::to_string(::geteuid()) + " " + file);
  return {};
}

} // namespace

expected<certificate_ptr> read_certificate(const std::string& file) {
  auto opened = open_whole(file, "a certificate");
  if (!opened)
    return unexpected{opened.error()};
  auto blocks = blocks_of(opened->text);
  if (blocks != std::vector<std::string>{PEM_STRING_X509})
    return refused(errc::invalid_input, file, "one certificate in PEM format and nothing else",
                   list_of(blocks), "name another file, or make it with `troupe cluster certs`");
  bio_ptr in{BIO_new_mem_buf(opened->text.data(), static_cast<int>(opened->text.size()))};
  certificate_ptr x{PEM_read_bio_X509(in.get(), nullptr, no_passphrase, nullptr)};
  ERR_clear_error(); // or the thread's next TLS connection takes it for its own
  if (!x)
    return refused(errc::invalid_input, file, "a certificate", "one that is damaged",
                   "copy it again, or make it with `troupe cluster certs`");
  return x;
}

expected<key_ptr> read_private_key(const std::string& file) {
  auto opened = open_whole(file, "a private key");
  if (!opened)
    return unexpected{opened.error()};
  if (auto ok = check_rights(file, opened->about); !ok)
    return unexpected{ok.error()};
  auto& text = opened->text;
  auto blocks = blocks_of(text);
  if (std::count_if(blocks.begin(), blocks.end(), is_private_key) != 1)
    return refused(errc::invalid_input, file, "one private key in PEM format", list_of(blocks),
                   "name another file, or make it with `troupe cluster certs`");
  if (text.find("ENCRYPTED") != text.npos)
    return refused(errc::invalid_input, file, "a private key without a passphrase",
                   "an encrypted one", "openssl pkey -in " + file + " -out a file of mode 600");
  bio_ptr in{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  key_ptr x{PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr)};
  ERR_clear_error();
  OPENSSL_cleanse(text.data(), text.size());
  if (!x)
    return refused(errc::invalid_input, file, "a private key", "one that is damaged",
                   "copy it again, or make it with `troupe cluster certs`");
  return x;
}

bool belong_together(const X509* certificate, const EVP_PKEY* key) {
  auto x = X509_check_private_key(certificate, key) == 1;
  ERR_clear_error();
  return x;
}

} // namespace troupe
