// SPDX-License-Identifier: GPL-3.0-or-later
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * Runs one OpenSearch node, of 2.x or 3.x: {@code java TestNode HOME}. The settings are in HOME/config/opensearch.yml.
 *
 * The node has no login and no start-up checks, so it is for tests on the loopback address only. It ends when standard
 * input ends, that is when the process that started it ends, however that happened.
 */
final class TestNode extends Node {
    /** Without the ends, which depend on the version: Plugin in 2.x, ModulePlugin in 3.x. */
    private static final List<String> PLUGINS = List.of(
        "org.opensearch.transport.Netty4",
        "org.opensearch.analysis.common.CommonAnalysis",
        "org.opensearch.painless.Painless",
        "org.opensearch.index.reindex.Reindex"
    );

    @SuppressWarnings("unchecked") // 2.x takes classes and 3.x takes descriptions; the constructor is the same else
    private TestNode(Environment environment) throws ClassNotFoundException {
        super(environment, (Collection) plugins(), false);
    }

    private static Collection<Object> plugins() throws ClassNotFoundException {
        boolean described = Version.CURRENT.major >= 3;
        Collection<Object> found = new ArrayList<>();
        for (String name : PLUGINS) {
            Class<?> plugin = Class.forName(name + (described ? "ModulePlugin" : "Plugin"));
            found.add(described ? description(plugin.getName()) : plugin);
        }
        return found;
    }

    private static PluginInfo description(String name) {
        String java = System.getProperty("java.specification.version");
        return new PluginInfo(name, "on the class path", "1", Version.CURRENT, java, name, null, List.of(), false);
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
