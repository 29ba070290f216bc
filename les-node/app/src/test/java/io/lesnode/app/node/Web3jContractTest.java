package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.les.client.LightClient;
import io.lesnode.web3j.LesWeb3jService;
import io.reactivex.disposables.Disposable;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Event;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.response.EthBlockNumber;
import org.web3j.protocol.core.methods.response.EthSendTransaction;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.tx.Contract;
import org.web3j.tx.RawTransactionManager;
import org.web3j.tx.TransactionManager;
import org.web3j.tx.gas.ContractGasProvider;
import org.web3j.tx.gas.StaticGasProvider;
import org.web3j.tx.response.PollingTransactionReceiptProcessor;

/** A contract's life through web3j over a light client: wrapper, events, filters, subscriptions. */
class Web3jContractTest {
  private static final long POLL_MILLIS = 100;
  private static final ContractGasProvider GAS =
      new StaticGasProvider(BigInteger.valueOf(20_000_000_000L), BigInteger.valueOf(300_000));
  private static final Event STORED =
      new Event("Stored", List.of(TypeReference.create(Uint256.class)));

  @TempDir Path folder;

  /** Keeps a number; set(uint256) stores it and tells with an event, get() returns it. */
  private static String code() {
    String get = FunctionEncoder.encode(getCall()).substring(2, 10);
    String set = FunctionEncoder.encode(setCall(0)).substring(2, 10);
    String dispatch =
        "60003560e01c" + "8063" + get + "14601d57" + "63" + set + "14602957" + "600080fd";
    String getter = "5b" + "600054" + "600052" + "60206000f3";
    String setter =
        "5b"
            + "60043580600055600052"
            + "7f"
            + EventEncoder.encode(STORED).substring(2)
            + "60206000a100";
    String runtime = dispatch + getter + setter;
    return "0x60" + "%02x".formatted(runtime.length() / 2) + "80600b6000396000f3" + runtime;
  }

  private static Function getCall() {
    return new Function("get", List.of(), List.of(TypeReference.create(Uint256.class)));
  }

  private static Function setCall(long value) {
    return new Function("set", List.of(new Uint256(value)), List.of());
  }

  /** What web3j's generator would make of that contract. */
  static final class Store extends Contract {
    /** web3j finds it by its parameters. */
    Store(String address, Web3j web3j, TransactionManager manager, ContractGasProvider gas) {
      super(code(), address, web3j, manager, gas);
    }

    RemoteFunctionCall<TransactionReceipt> set(long value) {
      return executeRemoteCallTransaction(setCall(value));
    }

    RemoteFunctionCall<BigInteger> get() {
      return executeRemoteCallSingleValueReturn(getCall(), BigInteger.class);
    }

    static BigInteger stored(Log log) {
      return (BigInteger)
          staticExtractEventParameters(STORED, log).getNonIndexedValues().get(0).getValue();
    }
  }

  private static TransactionManager manager(Web3j web3j, LightClient client) {
    return new RawTransactionManager(
        web3j,
        Credentials.create(DevNode.FAUCET.secret().toHexString()),
        client.config().chainId().toLong(),
        new PollingTransactionReceiptProcessor(web3j, POLL_MILLIS, 300));
  }

  @Test
  void aContractIsDeployedCalledAndHeard() throws Exception {
    try (DevChain chain = DevChain.start(folder.resolve("dev"));
        LightClient client = chain.client(folder.resolve("light"))) {
      LesWeb3jService service = LesWeb3jService.of(client);
      ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
      Web3j web3j = Web3j.build(service, POLL_MILLIS, timer);
      BlockingQueue<String> heads = new LinkedBlockingQueue<>();
      Disposable newHeads =
          web3j
              .newHeadsNotifications()
              .subscribe(
                  head -> {
                    // the consumer asks back: it must not run on a thread of the client
                    BigInteger number = web3j.ethBlockNumber().send().getBlockNumber();
                    assertThat(number).isNotNegative();
                    heads.add(head.getParams().getResult().getHash());
                  });

      Store store =
          Contract.deployRemoteCall(Store.class, web3j, manager(web3j, client), GAS, code(), "")
              .send();
      assertThat(store.isValid()).as("the code is on the chain").isTrue();
      BlockingQueue<BigInteger> polled = new LinkedBlockingQueue<>();
      BlockingQueue<String> pushed = new LinkedBlockingQueue<>();
      Disposable filter =
          web3j
              .ethLogFlowable(
                  new EthFilter(
                      DefaultBlockParameterName.LATEST,
                      DefaultBlockParameterName.LATEST,
                      store.getContractAddress()))
              .subscribe(log -> polled.add(Store.stored(log)));
      Disposable logs =
          web3j
              .logsNotifications(
                  List.of(store.getContractAddress()), List.of(EventEncoder.encode(STORED)))
              .subscribe(log -> pushed.add(log.getParams().getResult().getData()));

      TransactionReceipt receipt = store.set(42).send();

      assertThat(receipt.isStatusOK()).isTrue();
      assertThat(receipt.getLogs()).hasSize(1);
      assertThat(Store.stored(receipt.getLogs().get(0))).isEqualTo(BigInteger.valueOf(42));
      assertThat(store.get().send()).isEqualTo(BigInteger.valueOf(42));
      assertThat(next(polled)).as("by a filter").isEqualTo(BigInteger.valueOf(42));
      assertThat(next(pushed)).as("by a subscription").endsWith("2a");
      assertThat(next(heads)).as("heads").startsWith("0x");
      newHeads.dispose();
      filter.dispose();
      logs.dispose();
      web3j.shutdown();
      timer.shutdownNow();
    }
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(DevChain.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(next).as("an event within %s", DevChain.LIMIT).isNotNull();
    return next;
  }

  @Test
  void errorsAreErrorObjectsAndTheEndIsAnEnd() throws Exception {
    try (DevChain chain = DevChain.start(folder.resolve("dev"));
        LightClient client = chain.client(folder.resolve("light"))) {
      LesWeb3jService service = LesWeb3jService.of(client);
      Web3j web3j = Web3j.build(service);

      EthSendTransaction refused = web3j.ethSendRawTransaction("0x01").send();
      assertThat(refused.hasError()).isTrue();
      assertThat(refused.getError().getCode()).isEqualTo(-32000);

      CompletableFuture<EthBlockNumber> number = web3j.ethBlockNumber().sendAsync();
      assertThat(number.get().getBlockNumber()).isZero();
      CompletableFuture<Boolean> ended = new CompletableFuture<>();
      Disposable heads =
          web3j
              .newHeadsNotifications()
              .subscribe(head -> {}, ended::completeExceptionally, () -> ended.complete(true));
      web3j.shutdown();

      assertThat(ended.get(DevChain.LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      assertThat(heads.isDisposed()).isTrue();
      assertThatThrownBy(() -> web3j.ethBlockNumber().send())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("was closed");
      assertThat(client.head().number()).as("the client lives on").isZero();
    }
  }
}
