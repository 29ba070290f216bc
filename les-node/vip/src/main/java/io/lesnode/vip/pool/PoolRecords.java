package io.lesnode.vip.pool;

import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.LedgerReader;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.vipnode.pool.FaultScore;
import io.lesnode.vipnode.pool.HostFacts;
import io.lesnode.vipnode.pool.PoolSnapshot;
import io.lesnode.vipnode.pool.PoolSnapshot.KnownHost;
import io.lesnode.vipnode.pool.PoolSnapshot.Quarrel;
import io.lesnode.vipnode.pool.ServedChain;
import io.lesnode.vipnode.pool.TokenPrice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/**
 * What a pool keeps beside its money, in the same books: hosts with their scores, and who
 * quarrelled with whom. A record begins with its version; one that cannot be read is skipped, for
 * nothing of it is money. Confined to the pool's loop.
 */
final class PoolRecords {
  private static final String HOSTS = "pool.host";
  private static final String QUARRELS = "pool.quarrel";
  private static final int VERSION = 1;

  private final Map<Bytes, Bytes> written = new HashMap<>();

  PoolSnapshot read(LedgerReader books) {
    List<KnownHost> hosts = new ArrayList<>();
    books.scan(
        HOSTS,
        Bytes.EMPTY,
        (key, value) -> {
          written.put(key, value);
          try {
            hosts.add(host(value));
          } catch (RlpException | IllegalArgumentException e) {
            written.remove(key);
          }
        });
    List<Quarrel> quarrels = new ArrayList<>();
    books.scan(
        QUARRELS,
        Bytes.EMPTY,
        (key, value) -> {
          if (key.size() == 64 && value.size() == Integer.BYTES) {
            written.put(key, value);
            quarrels.add(new Quarrel(Bytes32.wrap(key, 0), Bytes32.wrap(key, 32), value.getInt(0)));
          }
        });
    return new PoolSnapshot(hosts, quarrels);
  }

  /** Writes what has changed since the last time. */
  void write(LedgerBatch batch, PoolSnapshot snapshot) {
    for (KnownHost host : snapshot.hosts()) {
      put(batch, HOSTS, host.facts().id(), value(host));
    }
    for (Quarrel quarrel : snapshot.quarrels()) {
      put(
          batch,
          QUARRELS,
          Bytes.concatenate(quarrel.client(), quarrel.host()),
          Bytes.ofUnsignedInt(quarrel.count()));
    }
  }

  private void put(LedgerBatch batch, String table, Bytes key, Bytes value) {
    if (!value.equals(written.put(key, value))) {
      batch.put(table, key, value);
    }
  }

  private static Bytes value(KnownHost host) {
    HostFacts facts = host.facts();
    return RLP.encodeList(
        list -> {
          list.writeInt(VERSION);
          list.writeValue(facts.id());
          list.writeValue(facts.nodeKey());
          list.writeString(facts.enode());
          list.writeValue(facts.payAddress().bytes());
          list.writeValue(facts.chain().genesisHash());
          list.writeValue(facts.chain().forkHash());
          list.writeList(
              new ArrayList<>(new TreeSet<>(facts.chain().lesVersions())),
              (writer, version) -> writer.writeInt(version));
          list.writeLong(facts.capacity());
          list.writeLong(facts.price().weiPerGigaToken());
          list.writeLong(facts.headNumber());
          list.writeValue(facts.headHash());
          list.writeString(facts.version());
          list.writeLong(host.lastSeenSeconds());
          list.writeLong(host.score().points());
          list.writeLong(host.score().sinceSeconds());
        });
  }

  private static KnownHost host(Bytes value) {
    return RlpReader.decode(
        value,
        reader ->
            reader.readList(
                list -> {
                  int version = list.readInt();
                  if (version != VERSION) {
                    throw list.error("a host record of version " + version);
                  }
                  Bytes32 id = list.readBytes32();
                  Bytes nodeKey = list.readFixedBytes(64);
                  String enode = text(list.readBytes(256));
                  Address account = Address.of(list.readFixedBytes(Address.SIZE_BYTES));
                  Bytes32 genesis = list.readBytes32();
                  Bytes fork = list.readFixedBytes(4);
                  List<Integer> versions = list.readListOf(16, RlpReader::readInt);
                  long capacity = list.readLong();
                  long price = list.readLong();
                  long head = list.readLong();
                  Bytes headHash = list.readBytes(8);
                  String name = text(list.readBytes(1_024));
                  long lastSeen = list.readLong();
                  long points = list.readLong();
                  long since = list.readLong();
                  return new KnownHost(
                      new HostFacts(
                          id,
                          nodeKey,
                          enode,
                          account,
                          new ServedChain(genesis, fork, new TreeSet<>(versions)),
                          capacity,
                          new TokenPrice(price),
                          head,
                          headHash,
                          name),
                      lastSeen,
                      new FaultScore(points, since));
                }));
  }

  private static String text(Bytes bytes) {
    return new String(bytes.toArrayUnsafe(), StandardCharsets.UTF_8);
  }
}
