#include "certs/tls.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "core/digest.h"

namespace sekisho::certs {

namespace {

constexpr std::int64_t kClockSkewSeconds =
    300;  // a peer whose clock is a little behind takes it at once
constexpr int kMaxDays = 36500;
constexpr std::size_t kMaxHosts = 100;
constexpr std::size_t kMaxTlsPemBytes = 65536;
constexpr int kSerialBits = 128;

template <auto Release>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    Release(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;
using Name = std::unique_ptr<GENERAL_NAME, Free<GENERAL_NAME_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Time = std::unique_ptr<ASN1_TIME, Free<ASN1_TIME_free>>;

/// kCryptoFailure with OpenSSL's reason, which names no content; empties its error queue.
Error failure(std::string detail) {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  if (reason != nullptr) detail.append(": ").append(reason);
  ERR_clear_error();
  return make_error(Code::kCryptoFailure, std::move(detail));
}

Error bad_argument(std::string detail, std::string where) {
  ERR_clear_error();
  return make_error(Code::kInvalidArgument, std::move(detail), std::move(where));
}

std::string take_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

/// OpenSSL would ask the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) {
  return -1;
}

Bio reading(std::string_view pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Result<Cert> read_certificate(std::string_view pem) {
  if (pem.size() > kMaxTlsPemBytes)
    return bad_argument("the text is too long for one certificate", "certificate");
  Cert cert(PEM_read_bio_X509(reading(pem).get(), nullptr, no_password, nullptr));
  if (!cert) return bad_argument("not a PEM certificate", "certificate");
  return cert;
}

Result<Key> read_key(std::string_view pem) {
  if (pem.size() > kMaxTlsPemBytes) return bad_argument("the text is too long for one key", "key");
  Key key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, no_password, nullptr));
  if (!key) return bad_argument("not an unencrypted PEM private key", "key");
  return key;
}

Result<Certificate> write(const Cert& cert, const Key& key) {
  Certificate out;
  const Bio cert_bio(BIO_new(BIO_s_mem()));
  const Bio key_bio(BIO_new(BIO_s_secmem()));
  if (!cert_bio || !key_bio || PEM_write_bio_X509(cert_bio.get(), cert.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    return failure("writing the certificate");
  }
  out.certificate_pem = take_text(cert_bio.get());
  out.key_pem = take_text(key_bio.get());
  return out;
}

Status set_serial(X509* cert) {
  const Number number(BN_new());
  const bool done = number &&
                    BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
                    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(cert)) != nullptr;
  if (!done) return failure("drawing a serial number");
  return {};
}

Time at(Timestamp base, std::int64_t days, std::int64_t seconds) {
  return Time(ASN1_TIME_adj(nullptr, static_cast<time_t>(base.seconds), static_cast<int>(days),
                            static_cast<long>(seconds)));
}

/// `days` from `now`, but never past the end of the issuer.
Status set_validity(X509* cert, const X509* issuer, Timestamp now, int days) {
  const Time start = at(now, 0, -kClockSkewSeconds);
  const Time end = at(now, days, 0);
  if (!start || !end) return failure("setting the validity");
  const ASN1_TIME* last = end.get();
  if (issuer != nullptr && ASN1_TIME_compare(X509_get0_notAfter(issuer), last) < 0) {
    last = X509_get0_notAfter(issuer);
  }
  if (ASN1_TIME_compare(start.get(), last) >= 0) return bad_argument("the CA has expired", "ca");
  if (X509_set1_notBefore(cert, start.get()) != 1 || X509_set1_notAfter(cert, last) != 1) {
    return failure("setting the validity");
  }
  return {};
}

Status add_name(X509_NAME* subject, const char* field, std::string_view value, const char* where) {
  const int added = X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                               reinterpret_cast<const unsigned char*>(value.data()),
                                               static_cast<int>(value.size()), -1, 0);
  if (added != 1) return bad_argument("must be UTF-8 of 1 to 64 characters", where);
  return {};
}

Status add_extension(X509* cert, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  if (!extension || X509_add_ext(cert, extension.get(), -1) != 1)
    return failure("adding an extension");
  return {};
}

/// RFC 1123 host name, or one with `*` as its first label.
bool is_host_name(std::string_view host) {
  if (host.starts_with("*.")) host.remove_prefix(2);
  if (host.empty() || host.size() > 253) return false;
  std::size_t label = 0;
  char previous = '.';
  for (const char c : host) {
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (c == '.' ? (label == 0 || previous == '-') : (!alphanumeric && (c != '-' || label == 0)))
      return false;
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return false;
    previous = c;
  }
  return label > 0 && previous != '-';
}

Result<Name> general_name(const std::string& host) {
  Name name(GENERAL_NAME_new());
  if (!name) return failure("adding a host");
  const bool is_text = host.find('\0') == std::string::npos;  // C strings would end at a NUL
  if (ASN1_OCTET_STRING* address = is_text ? a2i_IPADDRESS(host.c_str()) : nullptr) {
    GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address);
    return name;
  }
  if (!is_host_name(host)) return bad_argument("neither an IP address nor a DNS name", "hosts");
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  if (text == nullptr || ASN1_STRING_set(text, host.data(), static_cast<int>(host.size())) != 1) {
    ASN1_IA5STRING_free(text);
    return failure("adding a host");
  }
  GENERAL_NAME_set0_value(name.get(), GEN_DNS, text);
  return name;
}

Status add_hosts(X509* cert, const std::vector<std::string>& hosts) {
  if (hosts.empty() || hosts.size() > kMaxHosts)
    return bad_argument("give 1 to 100 host names", "hosts");
  const Names names(GENERAL_NAMES_new());
  if (!names) return failure("adding hosts");
  for (const std::string& host : hosts) {
    SEKISHO_ASSIGN(Name name, general_name(host));
    if (sk_GENERAL_NAME_push(names.get(), name.get()) == 0) return failure("adding hosts");
    (void)name.release();  // the stack owns it now
  }
  if (X509_add1_ext_i2d(cert, NID_subject_alt_name, names.get(), 0, 0) != 1)
    return failure("adding hosts");
  return {};
}

/// What CA and leaf share: version, serial, validity, subject, key.
Result<Cert> begin_certificate(const Key& key, const X509* issuer, std::string_view organisation,
                               const char* common_name, Timestamp now, int days) {
  if (days < 1 || days > kMaxDays) return bad_argument("give 1 to 36500 days", "days");
  Cert cert(X509_new());
  if (!cert || !key || X509_set_version(cert.get(), X509_VERSION_3) != 1 ||
      X509_set_pubkey(cert.get(), key.get()) != 1) {
    return failure("making a certificate");
  }
  SEKISHO_TRY(set_serial(cert.get()));
  SEKISHO_TRY(set_validity(cert.get(), issuer, now, days));
  X509_NAME* subject = X509_get_subject_name(cert.get());
  SEKISHO_TRY(add_name(subject, "O", organisation, "organisation"));
  SEKISHO_TRY(add_name(subject, "CN", common_name, "common name"));
  return cert;
}

using ExtensionText = std::pair<int, const char*>;

/// Adds the extensions and signs.
Status finish_certificate(X509* cert, X509* issuer, EVP_PKEY* issuer_key,
                          std::initializer_list<ExtensionText> extensions) {
  if (X509_set_issuer_name(cert, X509_get_subject_name(issuer)) != 1)
    return failure("naming the issuer");
  for (const auto& [nid, value] : extensions) SEKISHO_TRY(add_extension(cert, issuer, nid, value));
  if (X509_sign(cert, issuer_key, EVP_sha256()) == 0) return failure("signing the certificate");
  return {};
}

}  // namespace

Result<Certificate> make_ca(std::string_view organisation, Timestamp now, int days) {
  const Key key(EVP_EC_gen("P-256"));
  SEKISHO_ASSIGN(const Cert cert,
                 begin_certificate(key, nullptr, organisation, "sekisho node CA", now, days));
  SEKISHO_TRY(finish_certificate(cert.get(), cert.get(), key.get(),
                                 {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                                  {NID_key_usage, "critical,keyCertSign,cRLSign"},
                                  {NID_subject_key_identifier, "hash"}}));
  return write(cert, key);
}

Result<Certificate> make_leaf(const Certificate& ca, std::string_view organisation,
                              const std::vector<std::string>& hosts, Timestamp now, int days) {
  SEKISHO_ASSIGN(const Cert issuer, read_certificate(ca.certificate_pem));
  SEKISHO_ASSIGN(const Key issuer_key, read_key(ca.key_pem));
  if (X509_check_private_key(issuer.get(), issuer_key.get()) != 1 ||
      X509_check_ca(issuer.get()) != 1) {
    return bad_argument("not a CA certificate with its key", "ca");
  }
  const Key key(EVP_EC_gen("P-256"));
  SEKISHO_ASSIGN(const Cert cert,
                 begin_certificate(key, issuer.get(), organisation, "sekisho node", now, days));
  SEKISHO_TRY(add_hosts(cert.get(), hosts));
  SEKISHO_TRY(finish_certificate(cert.get(), issuer.get(), issuer_key.get(),
                                 {{NID_basic_constraints, "critical,CA:FALSE"},
                                  {NID_key_usage, "critical,digitalSignature"},
                                  {NID_ext_key_usage, "serverAuth,clientAuth"},
                                  {NID_subject_key_identifier, "hash"},
                                  {NID_authority_key_identifier, "keyid:always"}}));
  return write(cert, key);
}

Result<std::string> certificate_fingerprint(std::string_view pem) {
  SEKISHO_ASSIGN(const Cert cert, read_certificate(pem));
  unsigned char* der = nullptr;
  const int size = i2d_X509(cert.get(), &der);
  if (size <= 0) return failure("encoding the certificate");
  const Sha256 digest =
      sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return hex(digest);
}

Result<Timestamp> certificate_not_after(std::string_view pem) {
  SEKISHO_ASSIGN(const Cert cert, read_certificate(pem));
  const Time epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (!epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), X509_get0_notAfter(cert.get())) != 1) {
    return failure("reading the end of validity");
  }
  return Timestamp{std::int64_t{days} * 86400 + seconds, 0};
}

}  // namespace sekisho::certs
