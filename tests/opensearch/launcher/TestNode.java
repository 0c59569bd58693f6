// SPDX-License-Identifier: GPL-3.0-or-later
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * Runs one OpenSearch node: {@code java TestNode HOME}. The settings are in HOME/config/opensearch.yml.
 *
 * The node has no login and no start-up checks, so it is for tests on the loopback address only. It ends when standard
 * input ends, that is when the process that started it ends, however that happened.
 */
final class TestNode extends Node {
    private TestNode(Environment environment) {
        super(
            environment,
            List.of(Netty4Plugin.class, CommonAnalysisPlugin.class, PainlessPlugin.class, ReindexPlugin.class),
            false
        );
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]).toAbsolutePath();
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            Settings.builder().put("path.home", home.toString()).build(), Map.of(), home.resolve("config"), () -> "unnamed"
        );
        LogConfigurator.setNodeName(Node.NODE_NAME_SETTING.get(environment.settings()));
        LogConfigurator.configure(environment);
        TestNode node = new TestNode(environment);
        Runtime.getRuntime().addShutdownHook(new Thread(node::closeQuietly));
        node.start();
        while (System.in.read() >= 0) {
            // What arrives does not matter, only the end.
        }
        Runtime.getRuntime().halt(1);
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException error) {
            error.printStackTrace();
        }
    }
}
