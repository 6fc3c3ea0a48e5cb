using System.Net;
using System.Net.Sockets;
using VideoGen.LocalServers;

namespace VideoGen.Hosting.LocalServers.Tests;

public sealed class Kept_ports
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"ports-{Guid.NewGuid():n}.json");

    [TearDown]
    public void Delete() => File.Delete(_file);

    [Test]
    public void Are_the_same_next_time()
    {
        var first = Given("a.http");
        Assert.That(Given("a.http"), Is.EqualTo(first));
    }

    [Test]
    public void Are_replaced_when_something_else_listens_there()
    {
        var first = Given("a.http");
        var other = new TcpListener(IPAddress.Loopback, first);
        other.Start();
        Assert.That(Given("a.http"), Is.Not.EqualTo(first));
        other.Stop();
    }

    [Test]
    public void Are_never_given_twice()
    {
        var ports = Ports.KeptIn(_file);
        Assert.That(Enumerable.Range(0, 200).Select(n => ports.For($"part-{n}.http")), Is.Unique);
    }

    [Test]
    public void Leave_a_wished_port_to_the_one_who_wished_it()
    {
        var ports = Ports.KeptIn(_file);
        var wished = Ports.Free();
        Assert.That(new[] { ports.For("a.http", wished), ports.For("b.http", wished) }, Is.EqualTo(new[] { wished, wished + 1 }).Or.Unique);
        Assert.That(ports.For("c.http", wished), Is.GreaterThan(wished));
    }

    private int Given(string key)
    {
        var ports = Ports.KeptIn(_file);
        var port = ports.For(key);
        ports.Save();
        return port;
    }
}
