package io.lesnode.chain.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** What a LES server must remember is there again, or it is said why not. */
class ServerStoreTest {

  @TempDir Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> records(ServerStore store) {
    List<String> records = new ArrayList<>();
    store.forEachClientRecord(
        (key, value) ->
            records.add(
                new String(key, StandardCharsets.UTF_8)
                    + "="
                    + new String(value, StandardCharsets.UTF_8)));
    return records;
  }

  private Path filled() {
    Path folder = directory.resolve("les.server");
    try (ServerStore store = ServerStore.open(folder);
        ServerBatch batch = store.newBatch()) {
      batch.putClientRecord(bytes("pb:2"), bytes("two"));
      batch.putClientRecord(bytes("pb:1"), bytes("one"));
      batch.putClientRecord(bytes("nb:9"), bytes("nine"));
      batch.putValue("factor", Bytes.of(7));
      batch.commit(true);
      batch.removeClientRecord(bytes("pb:2"));
      batch.commit(false);
    }
    return folder;
  }

  @Test
  void remembersRecordsInOrderAndValues() {
    try (ServerStore store = ServerStore.open(filled())) {
      assertThat(records(store)).containsExactly("nb:9=nine", "pb:1=one");
      assertThat(store.value("factor")).contains(Bytes.of(7));
      assertThat(store.value("other")).isEmpty();
    }
  }

  @Test
  void aNewerSchemaIsRefused() throws RocksDBException {
    Path folder = filled();
    try (Options options = new Options()) {
      List<byte[]> columns = RocksDB.listColumnFamilies(options, folder.toString());
      List<org.rocksdb.ColumnFamilyDescriptor> descriptors =
          columns.stream().map(org.rocksdb.ColumnFamilyDescriptor::new).toList();
      try (org.rocksdb.DBOptions database = new org.rocksdb.DBOptions();
          RocksDB rocks =
              RocksDB.open(database, folder.toString(), descriptors, new ArrayList<>())) {
        rocks.put(bytes("schema"), bytes("server 2"));
      }
    }
    assertThatThrownBy(() -> ServerStore.open(folder))
        .isInstanceOf(StoreException.UnknownSchema.class)
        .hasMessageContaining("server 2")
        .hasMessageContaining("start without balances");
  }

  @Test
  void aDamagedFileIsRefused() throws IOException {
    Path folder = filled();
    Files.writeString(folder.resolve("CURRENT"), "MANIFEST-999999\n");
    assertThatThrownBy(() -> ServerStore.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void aChainIsNotTakenForIt() {
    Path folder = directory.resolve("chaindata");
    ChainStore.open(folder, StoreOptions.defaults(GcMode.FULL)).close();
    assertThatThrownBy(() -> ServerStore.open(folder))
        .isInstanceOf(StoreException.UnknownSchema.class)
        .hasMessageContaining("chain 1");
  }
}
