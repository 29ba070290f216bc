package io.lesnode.app.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes32;
import org.bouncycastle.crypto.generators.SCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted accounts: the definition's vectors, files, passwords, hostile files. */
class KeystoreTest {
  /** Of both vectors of the Web3 Secret Storage definition. */
  private static final Bytes32 SECRET =
      Bytes32.fromHexString("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d");

  private static final String PBKDF2 =
      """
      {"crypto": {"cipher": "aes-128-ctr",
        "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf": "pbkdf2",
        "kdfparams": {"c": 262144, "dklen": 32, "prf": "hmac-sha256",
          "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
       "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}
      """;

  private static final String SCRYPT =
      """
      {"crypto": {"cipher": "aes-128-ctr",
        "cipherparams": {"iv": "83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext": "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
        "kdf": "scrypt",
        "kdfparams": {"dklen": 32, "n": 262144, "r": 1, "p": 8,
          "salt": "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac": "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
       "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}
      """;

  @TempDir Path folder;

  private static Password password(String text) {
    return Password.of(text.toCharArray());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theDefinitionsVectorsOpen() throws Exception {
    for (String vector : List.of(PBKDF2, SCRYPT)) {
      assertThat(KeyFile.decrypt(bytes(vector), password("testpassword")).secret())
          .isEqualTo(SECRET);
      assertThatThrownBy(() -> KeyFile.decrypt(bytes(vector), password("testpasswore")))
          .hasMessage("the password is wrong");
    }
  }

  /** RFC 7914, section 12; the fourth vector needs a gigabyte. */
  @Test
  void scryptIsThatOfTheRfc() {
    assertThat(HexFormat.of().formatHex(Scrypt.generate(bytes(""), bytes(""), 16, 1, 1, 64)))
        .isEqualTo(
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
    byte[] derived = Scrypt.generate(bytes("password"), bytes("NaCl"), 1024, 8, 16, 64);
    assertThat(derived)
        .isEqualTo(SCrypt.generate(bytes("password"), bytes("NaCl"), 1024, 8, 16, 64));
    assertThat(HexFormat.of().formatHex(derived)).startsWith("fdbabe1c9d3472007856e7190d01e9fe");
  }

  @Test
  void filesAreGethsInFormAndNameAndOnlyTheOwners() throws Exception {
    Keystore keystore = Keystore.at(folder.resolve("keys"), true);
    Keystore.Account made = keystore.create(password("größe"));

    String hex = made.address().toHexString().substring(2);
    assertThat(made.file().getFileName().toString())
        .matches("UTC--\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\d\\.\\d{9}Z--" + hex);
    JsonNode file = new ObjectMapper().readTree(made.file().toFile());
    assertThat(file.path("address").asText()).isEqualTo(hex);
    assertThat(file.path("id").asText())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(file.at("/crypto/kdfparams/n").asInt()).as("geth's --lightkdf").isEqualTo(4096);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys"))))
        .isEqualTo("rwx------");
    assertThat(keystore.accounts()).containsExactly(made);
    assertThat(keystore.unlock(made.address(), password("größe")).address())
        .isEqualTo(made.address());
  }

  @Test
  void aPasswordIsChangedInPlaceAndAKeyIsKeptOnce() throws Exception {
    Keystore keystore = Keystore.at(folder, true);
    KeyPair key = KeyPair.ofSecret(SECRET);
    Keystore.Account account = keystore.add(key, password("old"));
    // what a kill between writing and moving leaves
    Files.writeString(folder.resolve("." + account.file().getFileName() + ".tmp"), "{half");

    assertThat(keystore.update(account.address(), password("old"), password("new")))
        .isEqualTo(account);
    assertThat(keystore.unlock(account.address(), password("new")).secret()).isEqualTo(SECRET);
    assertThatThrownBy(() -> keystore.unlock(account.address(), password("old")))
        .isInstanceOf(NodeFailure.class)
        .hasMessageContaining("the password is wrong");
    assertThatThrownBy(() -> keystore.add(key, password("x")))
        .isInstanceOf(NodeFailure.class)
        .hasMessageContaining("already in");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(account.file());
    }
  }

  @Test
  void hostileFilesCostNothing() {
    List<String> hostile =
        List.of(
            "",
            "[]",
            "{}",
            "{\"version\": 3}",
            SCRYPT.replace("\"version\": 3", "\"version\": 1"),
            SCRYPT.replace("\"n\": 262144", "\"n\": 1073741824"),
            SCRYPT.replace("\"n\": 262144", "\"n\": 262143"),
            SCRYPT.replace("\"r\": 1", "\"r\": 1000"),
            SCRYPT.replace("\"p\": 8", "\"p\": 1000000"),
            SCRYPT.replace("\"dklen\": 32", "\"dklen\": 1000000000"),
            SCRYPT.replace("scrypt", "argon2"),
            SCRYPT.replace("aes-128-ctr", "none"),
            SCRYPT.replace("2103ac", "21"),
            PBKDF2.replace("262144", "2000000000"),
            PBKDF2.replace("hmac-sha256", "hmac-md5"));
    for (String file : hostile) {
      assertThatThrownBy(() -> KeyFile.decrypt(bytes(file), password("testpassword")))
          .as(file)
          .isInstanceOf(KeyFile.UnusableException.class);
    }
  }

  @Test
  void secretsAreInNoText() throws IOException {
    Path file = folder.resolve("password");
    Files.writeString(file, "hidden\r\nsecond line\n");
    char[] typed = "hidden".toCharArray();
    try (Password read = Password.read(file);
        Password given = Password.of(typed)) {
      assertThat(read.equalsPassword(given)).isTrue();
      assertThat(read.toString()).doesNotContain("hidden");
      assertThat(typed).as("wiped").containsOnly('\0');
    }
    assertThat(KeyPair.ofSecret(SECRET).toString()).doesNotContain("7a28b5ba");
  }
}
