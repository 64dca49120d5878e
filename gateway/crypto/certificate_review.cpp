#include "crypto/certificate_review.h"

#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "crypto/ocsp_staple.h"

namespace bearward::crypto {
namespace {

/// A certificate of 90 days is renewed with 30 left, one of six days with two: whoever has less than a tenth of
/// its life left has not been renewed when it was due.
constexpr int part_of_life = 10;
constexpr std::chrono::days soon{14};

UnixTime time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return UnixTime{std::chrono::seconds{::timegm(&parts)}};
}

std::string day_of(UnixTime time) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time)};
  const auto two = [](unsigned number) { return (number < 10 ? "-0" : "-") + std::to_string(number); };
  return std::to_string(static_cast<int>(day.year())) + two(static_cast<unsigned>(day.month())) +
         two(static_cast<unsigned>(day.day()));
}

void review_validity(const X509* leaf, UnixTime now, std::vector<std::string>& warnings) {
  const UnixTime begins = time_of(X509_get0_notBefore(leaf));
  const UnixTime ends = time_of(X509_get0_notAfter(leaf));
  if (now < begins) warnings.push_back("the certificate is not valid before " + day_of(begins) + "; clients refuse it");
  if (now >= ends) {
    warnings.push_back("the certificate expired on " + day_of(ends) + "; clients refuse it");
  } else if (ends - now < std::min<std::chrono::seconds>(soon, (ends - begins) / part_of_life)) {
    warnings.push_back("the certificate expires on " + day_of(ends) + "; renew it");
  }
}

void review_staple(const ServerCertificate& certificate, UnixTime now, std::vector<std::string>& warnings) {
  const auto chain = read_chain(certificate.chain);
  const auto staple =
      read_ocsp_staple(certificate.ocsp_staple, chain.front().get(), chain.size() > 1 ? chain[1].get() : nullptr);
  if (!staple) return;
  if (!staple->good) {
    warnings.emplace_back("the OCSP staple says that the certificate is not good; it is not sent");
  } else if (now >= staple->expires_at) {
    warnings.push_back("the OCSP staple expired on " + day_of(staple->expires_at) + "; it is not sent");
  }
}

}  // namespace

std::vector<std::string> review_certificate(const ServerCertificate& certificate, UnixTime now) {
  std::vector<std::string> warnings;
  const auto chain = read_chain(certificate.chain);
  if (chain.empty()) return warnings;
  review_validity(chain.front().get(), now, warnings);
  if (!certificate.ocsp_staple.empty()) review_staple(certificate, now, warnings);
  return warnings;
}

}  // namespace bearward::crypto
