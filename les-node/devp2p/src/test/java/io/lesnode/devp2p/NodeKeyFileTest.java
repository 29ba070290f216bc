package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.devp2p.testing.GethProcess;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeKeyFileTest {
  private static final String KEY =
      "1061d354629d500b24ceb77bfa85ecf2fcbe5c8ae62ff0ced6ab3e1a5306d88d";

  @TempDir Path folder;

  @Test
  void createsAPrivateFileAndReadsItAgain() throws Exception {
    Path file = folder.resolve("deeper/nodekey");

    KeyPair made = NodeKeyFile.loadOrCreate(file, new SecureRandom());

    assertThat(Files.readString(file)).matches("[0-9a-f]{64}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(NodeKeyFile.loadOrCreate(file, new SecureRandom()).publicKey())
        .isEqualTo(made.publicKey());
    assertThat(folder.resolve("deeper").toFile().list()).containsExactly("nodekey");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\r\n"})
  void readsAKeyWithAnyLineEnd(String end) throws Exception {
    Path file = Files.writeString(folder.resolve("nodekey"), KEY + end);

    assertThat(NodeKeyFile.load(file).secret().toUnprefixedHexString()).isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "0x1061d354629d500b24ceb77bfa85ecf2fcbe5c8ae62ff0ced6ab3e1a5306d8",
        "1061d354629d500b24ceb77bfa85ecf2fcbe5c8ae62ff0ced6ab3e1a5306d88d00",
        "1061d354629d500b24ceb77bfa85ecf2fcbe5c8ae62ff0ced6ab3e1a5306d88d\n\n\n",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
      })
  void refusesAnythingElseAndKeepsTheFile(String content) throws Exception {
    Path file = Files.writeString(folder.resolve("nodekey"), content);

    assertThatThrownBy(() -> NodeKeyFile.loadOrCreate(file, new SecureRandom()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nodekey")
        .hasMessageContaining("expected 64 hexadecimal digits");
    assertThat(Files.readString(file)).isEqualTo(content);
  }

  @Test
  void isTheIdentityThatGethTakesFromTheSameFile() throws Exception {
    Path genesis = folder.resolve("genesis.json");
    Files.writeString(
        genesis,
        "{\"config\":{\"chainId\":7,\"ethash\":{}},\"difficulty\":\"0x1\",\"gasLimit\":\"0x1000000\","
            + "\"alloc\":{}}");
    Path file = folder.resolve("geth/geth/nodekey");
    KeyPair ours = NodeKeyFile.loadOrCreate(file, new SecureRandom());

    try (GethProcess geth =
        GethProcess.lightClient(folder.resolve("geth")).genesis(genesis).start()) {
      assertThat(geth.enode().nodeId()).isEqualTo(NodeId.of(ours.publicKey()));
      assertThat(geth.rpc("admin_nodeInfo").get("id").asText())
          .isEqualTo(geth.enode().nodeId().hash().toUnprefixedHexString());
    }
  }
}
