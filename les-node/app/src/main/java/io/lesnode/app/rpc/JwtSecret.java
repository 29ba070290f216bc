package io.lesnode.app.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of the authenticated port and the check of the tokens made with it: JWT, HS256 only,
 * issued at most a minute before or after now, as geth v1.10.26 (node/jwt_handler.go). Immutable;
 * never shown in texts.
 */
public final class JwtSecret {
  private static final int SIZE_BYTES = 32;
  private static final int MAX_FILE_BYTES = 1024;
  private static final Duration DRIFT = Duration.ofSeconds(60);
  private static final String BEARER = "Bearer ";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final byte[] secret;

  private JwtSecret(byte[] secret) {
    this.secret = secret.clone();
  }

  /**
   * Reads the secret, 64 hex digits with or without 0x; when there is no such file, makes one that
   * only its owner can read.
   *
   * @throws IOException if the file cannot be read or made, or holds something else; the message
   *     says which
   */
  public static JwtSecret loadOrCreate(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] fresh = new byte[SIZE_BYTES];
      new SecureRandom().nextBytes(fresh);
      try {
        create(file, "0x" + HexFormat.of().formatHex(fresh));
        return new JwtSecret(fresh);
      } catch (FileAlreadyExistsException raced) {
        // another process made one meanwhile: it counts
      }
    }
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw new IOException(file + " is no JWT secret: it is larger than 64 hexadecimal digits");
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    String digits = text.toLowerCase(Locale.ROOT).startsWith("0x") ? text.substring(2) : text;
    if (!digits.matches("[0-9a-fA-F]{64}")) {
      throw new IOException(
          file
              + " is no JWT secret: 64 hexadecimal digits are needed, for instance of"
              + " `openssl rand -hex 32`");
    }
    return new JwtSecret(HexFormat.of().parseHex(digits));
  }

  private static void create(Path file, String text) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, text, StandardOpenOption.WRITE);
    } else {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
  }

  /** Why a request with this Authorization header is refused; empty when it may pass. */
  Optional<String> refusal(String authorization, Instant now) {
    if (!authorization.startsWith(BEARER) || authorization.length() == BEARER.length()) {
      return Optional.of("missing token");
    }
    String[] parts = authorization.substring(BEARER.length()).split("\\.", -1);
    if (parts.length != 3) {
      return Optional.of("token contains an invalid number of segments");
    }
    JsonNode header;
    JsonNode claims;
    byte[] signature;
    try {
      header = JSON.readTree(decode(parts[0]));
      claims = JSON.readTree(decode(parts[1]));
      signature = decode(parts[2]);
    } catch (IOException | IllegalArgumentException malformed) {
      return Optional.of("token is malformed");
    }
    String algorithm = header.path("alg").asText("");
    if (!algorithm.equals("HS256")) {
      return Optional.of("signing method " + printable(algorithm) + " is invalid");
    }
    if (!MessageDigest.isEqual(signature, sign(parts[0] + "." + parts[1]))) {
      return Optional.of("signature is invalid");
    }
    return refusal(claims, now);
  }

  private static Optional<String> refusal(JsonNode claims, Instant now) {
    JsonNode expiry = claims.path("exp");
    if (expiry.isNumber() && expiry.asDouble() <= now.getEpochSecond()) {
      return Optional.of("token is expired");
    }
    JsonNode issued = claims.path("iat");
    if (!issued.isNumber()) {
      return Optional.of("missing issued-at");
    }
    double ageSeconds = now.getEpochSecond() - issued.asDouble();
    if (ageSeconds > DRIFT.toSeconds()) {
      return Optional.of("stale token");
    }
    if (ageSeconds < -DRIFT.toSeconds()) {
      return Optional.of("future token");
    }
    return Optional.empty();
  }

  /** A token for a call made now, for this program's own calls and for tests. */
  public String token(Instant now) {
    String body =
        encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
            + "."
            + encode("{\"iat\":" + now.getEpochSecond() + "}");
    return body + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(sign(body));
  }

  private byte[] sign(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException unreachable) {
      throw new IllegalStateException("every JDK has HmacSHA256", unreachable);
    }
  }

  private static String encode(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] decode(String part) {
    return Base64.getUrlDecoder().decode(part);
  }

  private static String printable(String name) {
    return name.length() <= 20 && name.matches("[A-Za-z0-9]*") ? name : "?";
  }

  @Override
  public String toString() {
    return "JwtSecret[hidden]";
  }
}
