using Microsoft.Extensions.Options;

namespace VideoGen.Gateway.Tests.Routes;

[TestFixture]
public sealed class Starting_with_faulty_settings
{
    [Test]
    public void Is_refused_with_every_fault_in_one_message()
    {
        string[] settings =
        [
            "--urls=http://127.0.0.1:0", "--Caller:SigningKey=short", $"--Jwt:SigningKey={new string('x', 40)}", "--Dialects:Vsl:Port=70000",
            "--Dialects:Vydra:Port=-1", "--Gateway:Limits:MaxSockets=0", "--Gateway:Limits:TrustedProxies:0=everybody",
            "--Gateway:Cors:Origins:0=app.example.com", "--Links:PublicUrl=nowhere",
        ];
        var fault = Assert.Catch(() => GatewayHost.Build(settings));
        var text = string.Join(' ', Faults(fault!));
        Assert.Multiple(() =>
        {
            foreach (var part in new[] { "SigningKey", "Port", "MaxSockets", "TrustedProxies", "everybody", "app.example.com", "PublicUrl" })
                Assert.That(text, Does.Contain(part));
        });
    }

    static IEnumerable<string> Faults(Exception fault) => fault switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(Faults),
        OptionsValidationException one => one.Failures,
        _ => [fault.ToString()],
    };
}
