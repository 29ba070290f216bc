package io.lesnode.chain.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a light client must remember is there again, apart by prefix, and all of a batch or none.
 */
class ClientStoreTest {

  @TempDir Path directory;

  private static Bytes bytes(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> entries(ClientStore store, String prefix) {
    return store.entries(bytes(prefix)).stream()
        .map(e -> text(e.getKey()) + "=" + text(e.getValue()))
        .toList();
  }

  private static String text(Bytes bytes) {
    return new String(bytes.toArrayUnsafe(), StandardCharsets.UTF_8);
  }

  @Test
  void remembersValuesByPrefix() {
    try (ClientStore store = ClientStore.open(directory)) {
      try (ClientBatch batch = store.newBatch()) {
        batch.put(bytes("tx:2"), bytes("two")).put(bytes("vt:"), bytes("all"));
        batch.put(bytes("tx:1"), bytes("one")).put(bytes("ty"), bytes("other"));
        batch.commit(true);
        batch.remove(bytes("tx:2")).put(bytes("tx:3"), bytes("three"));
        batch.commit(false);
      }
      try (ClientBatch dropped = store.newBatch()) {
        dropped.put(bytes("tx:4"), bytes("four"));
      }
    }
    try (ClientStore store = ClientStore.open(directory)) {
      assertThat(entries(store, "tx:")).containsExactly("tx:1=one", "tx:3=three");
      assertThat(entries(store, "")).hasSize(4);
      assertThat(store.value(bytes("vt:"))).contains(bytes("all"));
      assertThat(store.value(bytes("tx:2"))).isEmpty();
      assertThat(store.entries(bytes("zz"))).isEmpty();
    }
  }

  @Test
  void livesInsideTheFolderOfTheChain() {
    Path folder = directory.resolve("lightchaindata");
    LightStore.open(folder, StoreOptions.defaults(GcMode.FULL)).close();
    try (ClientStore store = ClientStore.open(folder.resolve("les.client"));
        ClientBatch batch = store.newBatch()) {
      batch.put(bytes("a"), bytes("b")).commit(true);
      LightStore.open(folder, StoreOptions.defaults(GcMode.FULL)).close();
    }
  }

  @Test
  void theMemoryOfAServerIsNotTakenForIt() {
    ServerStore.open(directory).close();
    assertThatThrownBy(() -> ClientStore.open(directory))
        .isInstanceOf(StoreException.UnknownSchema.class)
        .hasMessageContaining("server 1")
        .hasMessageContaining("must be sent again");
  }
}
