using System.Globalization;
using VideoGen.Storage.Objects.S3;

namespace VideoGen.Storage.Tests.Objects;

public sealed class Checking_the_settings_of_the_object_store
{
    static StorageOptions Good => new()
    {
        Store = "s3",
        S3 = new S3Options { Endpoint = "minio:9000", AccessKey = "key", SecretKey = "secret", Bucket = "videogen" },
    };

    [Test]
    public void Takes_good_settings() => Assert.That(S3OptionsValidator.Faults(Good), Is.Empty);

    [Test]
    public void Does_not_look_at_the_bucket_of_a_folder_store() => Assert.That(S3OptionsValidator.Faults(new StorageOptions()), Is.Empty);

    [Test]
    public void Tells_all_faults_at_once()
    {
        var options = new StorageOptions
        {
            Store = "s3",
            S3 = new S3Options
            {
                Region = "",
                Retries = 11,
                Uploads = 0,
                RequestTimeout = default,
                IdleTimeout = default,
                PresignedLifetime = TimeSpan.FromDays(8),
                PresignedEndpoint = "a/b",
            },
        };
        string[] keys =
        [
            "Endpoint", "Region", "AccessKey", "SecretKey", "Bucket", "RequestTimeout", "IdleTimeout", "Retries", "Uploads",
            "PresignedLifetime", "PresignedEndpoint",
        ];
        var told = S3OptionsValidator.Faults(options).Select(fault => fault.Split(' ')[0]);
        Assert.That(told, Is.EqualTo(keys.Select(key => "Storage:S3:" + key)));
    }

    [TestCase("00:00:00.009")]
    [TestCase("1.00:00:01")]
    public void Refuses_a_time_for_a_request_that_could_not_be_kept(string time)
    {
        var options = Good;
        options.S3.RequestTimeout = TimeSpan.Parse(time, CultureInfo.InvariantCulture);
        Assert.That(S3OptionsValidator.Faults(options), Is.EqualTo(["Storage:S3:RequestTimeout must be 10 ms to 1 day."]));
    }

    [TestCase("00:00:00.010")]
    [TestCase("1.00:00:00")]
    public void Takes_the_shortest_and_the_longest_time_for_a_request(string time)
    {
        var options = Good;
        options.S3.RequestTimeout = TimeSpan.Parse(time, CultureInfo.InvariantCulture);
        Assert.That(S3OptionsValidator.Faults(options), Is.Empty);
        var (http, client) = S3Http.Connect(options.S3);
        using (http) client.Dispose();
    }

    [Test]
    public void Sets_no_other_time_for_a_request_than_the_one_of_the_settings()
    {
        var (http, client) = S3Http.Connect(Good.S3);
        using (http) Assert.That(http.Timeout, Is.EqualTo(Timeout.InfiniteTimeSpan));
        client.Dispose();
    }

    [TestCase("S3")]
    [TestCase("minio")]
    [TestCase("")]
    public void Knows_two_stores_only(string store) =>
        Assert.That(S3OptionsValidator.Faults(new StorageOptions { Store = store }), Has.Exactly(1).Contain("Storage:Store must be"));

    [TestCase("http://minio:9000")]
    [TestCase("minio:9000/")]
    [TestCase("minio/path")]
    [TestCase("user@minio")]
    public void Refuses_an_endpoint_that_is_more_than_a_host(string endpoint)
    {
        var options = Good;
        options.S3.Endpoint = endpoint;
        Assert.That(S3OptionsValidator.Faults(options), Has.Exactly(1).StartWith("Storage:S3:Endpoint must be"));
    }
}
