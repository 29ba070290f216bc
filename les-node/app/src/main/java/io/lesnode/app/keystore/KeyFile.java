package io.lesnode.app.keystore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The text of one encrypted key: Web3 Secret Storage, version 3. Stateless.
 *
 * <p>A key is derived from the password (scrypt, or PBKDF2 with HMAC-SHA-256 when reading). Its
 * first half encrypts the secret with AES-128-CTR, its second half authenticates the cipher text.
 * What a file asks for is bounded: a hostile one cannot make us use the whole memory.
 *
 * <p>Reference: the Web3 Secret Storage definition; geth accounts/keystore/passphrase.go.
 */
final class KeyFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 3;
  private static final String CIPHER = "aes-128-ctr";
  private static final int DERIVED_BYTES = 32;
  private static final int AES_KEY_BYTES = 16;
  private static final int IV_BYTES = 16;
  private static final int SALT_BYTES = 32;
  private static final int MAX_SALT_BYTES = 1024;
  private static final int SCRYPT_R = 8;

  /** Four times what geth's standard needs. */
  private static final long MAX_SCRYPT_MEMORY_BYTES = 1L << 30;

  private static final int MAX_SCRYPT_P = 64;
  private static final int MAX_PBKDF2_ROUNDS = 20_000_000;

  /** How hard passwords are to guess: scrypt's n, of which memory is 128 · n · r bytes, and p. */
  enum Cost {
    /** geth's standard: 256 MB and a second. */
    STANDARD(1 << 18, 1),
    /** geth's --lightkdf: 4 MB and a tenth of a second. */
    LIGHT(1 << 12, 6);

    private final int n;
    private final int p;

    Cost(int n, int p) {
      this.n = n;
      this.p = p;
    }
  }

  /** A file that is none of ours, or a wrong password; says which. */
  static final class UnusableException extends Exception {
    UnusableException(String why) {
      super(why);
    }
  }

  private KeyFile() {}

  /** Encrypts a key. */
  static byte[] encrypt(KeyPair key, Password password, Cost cost, SecureRandom random) {
    byte[] salt = bytes(random, SALT_BYTES);
    byte[] iv = bytes(random, IV_BYTES);
    byte[] secret = key.secret().toArray();
    byte[] passwordBytes = password.utf8();
    byte[] derived = Scrypt.generate(passwordBytes, salt, cost.n, SCRYPT_R, cost.p, DERIVED_BYTES);
    try {
      byte[] cipherText = aes(derived, iv, secret);
      ObjectNode file = JSON.createObjectNode();
      file.put("address", hex(key.address().bytes().toArray()));
      ObjectNode crypto = file.putObject("crypto");
      crypto.put("cipher", CIPHER);
      crypto.put("ciphertext", hex(cipherText));
      crypto.putObject("cipherparams").put("iv", hex(iv));
      crypto.put("kdf", "scrypt");
      ObjectNode parameters = crypto.putObject("kdfparams");
      parameters.put("dklen", DERIVED_BYTES);
      parameters.put("n", cost.n);
      parameters.put("p", cost.p);
      parameters.put("r", SCRYPT_R);
      parameters.put("salt", hex(salt));
      crypto.put("mac", hex(mac(derived, cipherText)));
      file.put("id", uuid(random).toString());
      file.put("version", VERSION);
      return file.toString().getBytes(StandardCharsets.UTF_8);
    } finally {
      wipe(secret, passwordBytes, derived);
    }
  }

  private static UUID uuid(SecureRandom random) {
    byte[] bytes = bytes(random, 16);
    bytes[6] = (byte) ((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (byte) ((bytes[8] & 0x3f) | 0x80);
    Bytes all = Bytes.wrap(bytes);
    return new UUID(all.getLong(0), all.getLong(8));
  }

  /**
   * Decrypts a key.
   *
   * @throws UnusableException if the password is wrong or the text cannot be read
   */
  static KeyPair decrypt(byte[] text, Password password) throws UnusableException {
    JsonNode file = parse(text);
    if (file.path("version").asInt() != VERSION) {
      throw new UnusableException(
          "it has version " + file.path("version").asText("none") + ", this program reads 3");
    }
    JsonNode crypto = file.has("crypto") ? file.path("crypto") : file.path("Crypto");
    if (!crypto.path("cipher").asText().equals(CIPHER)) {
      throw new UnusableException("its cipher is not " + CIPHER);
    }
    byte[] iv = bytes(crypto.at("/cipherparams/iv"), IV_BYTES, IV_BYTES);
    byte[] cipherText = bytes(crypto.path("ciphertext"), 1, Bytes32.SIZE);
    byte[] mac = bytes(crypto.path("mac"), Bytes32.SIZE, Bytes32.SIZE);
    byte[] derived = derive(crypto, password);
    byte[] secret = {};
    try {
      if (!MessageDigest.isEqual(mac, mac(derived, cipherText))) {
        throw new UnusableException("the password is wrong");
      }
      secret = aes(derived, iv, cipherText);
      KeyPair key = KeyPair.ofSecret(Bytes32.leftPad(Bytes.wrap(secret.clone())));
      Optional<Address> named = address(file);
      if (named.isPresent() && !named.get().equals(key.address())) {
        throw new UnusableException(
            "it holds the key of " + key.address() + " and not of " + named.get());
      }
      return key;
    } catch (IllegalArgumentException outOfRange) {
      throw new UnusableException("what it holds is no secret key");
    } finally {
      wipe(derived, secret);
    }
  }

  /** Whose key a file holds, as it says itself. */
  static Optional<Address> address(byte[] text) {
    try {
      return address(parse(text));
    } catch (UnusableException noKey) {
      return Optional.empty();
    }
  }

  private static Optional<Address> address(JsonNode file) {
    String text = file.path("address").asText().toLowerCase(Locale.ROOT).replaceFirst("^0x", "");
    return text.matches("[0-9a-f]{40}")
        ? Optional.of(Address.of(Bytes.fromHexString(text)))
        : Optional.empty();
  }

  private static JsonNode parse(byte[] text) throws UnusableException {
    try {
      JsonNode file = JSON.readTree(text);
      if (file == null || !file.isObject()) {
        throw new UnusableException("it is not a key file");
      }
      return file;
    } catch (IOException noJson) {
      throw new UnusableException("it is not a key file");
    }
  }

  private static byte[] derive(JsonNode crypto, Password password) throws UnusableException {
    JsonNode parameters = crypto.path("kdfparams");
    byte[] salt = bytes(parameters.path("salt"), 1, MAX_SALT_BYTES);
    if (integer(parameters, "dklen", 1 << 10) != DERIVED_BYTES) {
      throw new UnusableException("its derived key is not of 32 bytes");
    }
    String kdf = crypto.path("kdf").asText();
    byte[] passwordBytes = password.utf8();
    try {
      return switch (kdf) {
        case "scrypt" -> scrypt(parameters, passwordBytes, salt);
        case "pbkdf2" -> pbkdf2(parameters, passwordBytes, salt);
        default -> throw new UnusableException("its kdf is neither scrypt nor pbkdf2");
      };
    } finally {
      wipe(passwordBytes);
    }
  }

  private static byte[] scrypt(JsonNode parameters, byte[] password, byte[] salt)
      throws UnusableException {
    int n = integer(parameters, "n", 1 << 24);
    int r = integer(parameters, "r", 1 << 10);
    int p = integer(parameters, "p", MAX_SCRYPT_P);
    if (Integer.bitCount(n) != 1 || n < 2 || 128L * n * r > MAX_SCRYPT_MEMORY_BYTES) {
      throw new UnusableException("its scrypt parameters n=" + n + ", r=" + r + " are not usable");
    }
    return Scrypt.generate(password, salt, n, r, p, DERIVED_BYTES);
  }

  private static byte[] pbkdf2(JsonNode parameters, byte[] password, byte[] salt)
      throws UnusableException {
    if (!parameters.path("prf").asText().equals("hmac-sha256")) {
      throw new UnusableException("its prf is not hmac-sha256");
    }
    return Scrypt.pbkdf2(
        password, salt, integer(parameters, "c", MAX_PBKDF2_ROUNDS), DERIVED_BYTES);
  }

  private static int integer(JsonNode parameters, String name, int most) throws UnusableException {
    JsonNode value = parameters.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new UnusableException("its " + name + " is missing");
    }
    int number = value.asInt();
    if (number < 1 || number > most) {
      throw new UnusableException("its " + name + " " + number + " is not between 1 and " + most);
    }
    return number;
  }

  private static byte[] bytes(JsonNode node, int least, int most) throws UnusableException {
    String text = node.asText();
    if (!text.matches("([0-9a-fA-F]{2})*")
        || text.length() < 2 * least
        || text.length() > 2 * most) {
      throw new UnusableException("one of its fields is damaged");
    }
    return HexFormat.of().parseHex(text);
  }

  private static byte[] bytes(SecureRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Encrypts or decrypts, which is the same in counter mode. */
  private static byte[] aes(byte[] derived, byte[] iv, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(derived, 0, AES_KEY_BYTES, "AES"),
          new IvParameterSpec(iv));
      return cipher.doFinal(text);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has AES", missing);
    }
  }

  private static byte[] mac(byte[] derived, byte[] cipherText) {
    return Keccak.keccak256(
            Bytes.concatenate(
                Bytes.wrap(derived, AES_KEY_BYTES, DERIVED_BYTES - AES_KEY_BYTES),
                Bytes.wrap(cipherText)))
        .toArray();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static void wipe(byte[]... secrets) {
    for (byte[] secret : secrets) {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
