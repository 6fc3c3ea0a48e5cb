using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using RangeAttribute = System.ComponentModel.DataAnnotations.RangeAttribute;

namespace VideoGen.House.Tests.Settings;

/// <summary>One setting: a property of an options class, as <c>docs/operating/configuration.md</c> shows it.</summary>
sealed partial record Setting(string Key, Type Type, object? Default, string? Comment, string Allowed)
{
    /// <summary>What depends on the machine cannot be read from an instance.</summary>
    static readonly Dictionary<string, string> DefaultsInWords = new(StringComparer.Ordinal)
    {
        ["Ffmpeg:MaxConcurrent"] = "the number of cores, at least 2",
        ["Providers:LocalRenders"] = "the number of cores, at least 2",
    };

    public static IEnumerable<Setting> Of(Type options, string section) => Of(options, section, Activator.CreateInstance(options)!);

    public string TypeName => (Nullable.GetUnderlyingType(Type) ?? Type) switch
    {
        var type when type == typeof(TimeSpan) => "duration",
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(string) => "text",
        var type when type == typeof(Uri) => "URL",
        var type when type == typeof(int) || type == typeof(long) => UnitOf(Key) ?? "whole number",
        var type when type == typeof(double) => UnitOf(Key) ?? "number",
        var type when IsTable(type) => "texts by name",
        var type when IsList(type) => $"list of {ElementName(type)}",
        { IsEnum: true } type => string.Join(", ", Enum.GetNames(type)),
        var type => type.Name,
    };

    public string DefaultText => DefaultsInWords.GetValueOrDefault(Key) ?? Default switch
    {
        null => "none",
        "" => Allowed.Contains("required", StringComparison.Ordinal) ? "" : "none",
        bool flag => flag ? "`true`" : "`false`",
        string text => $"`{text}`",
        IEnumerable list when !list.Cast<object>().Any() => "none",
        TimeSpan time => $"`{time:c}`",
        IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
        var other => $"`{other}`",
    };

    /// <summary>The comment without the sentences that the columns beside it say.</summary>
    public string Meaning => (DefaultText == "none" ? RepeatedNone() : RepeatedSentence()).Replace(Comment ?? "", "").Trim();

    static IEnumerable<Setting> Of(Type type, string section, object instance)
    {
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(property => property.SetMethod is not null))
        {
            var key = $"{section}:{property.Name}";
            var value = property.GetValue(instance);
            if (IsGroup(property.PropertyType))
            {
                foreach (var inner in Of(property.PropertyType, key, value!)) yield return inner;
                continue;
            }

            yield return new Setting(key, property.PropertyType, value, DocComments.SummaryOf($"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}"), AllowedOf(property));
        }
    }

    static bool IsGroup(Type type) => type.IsClass && type.Namespace?.StartsWith("VideoGen", StringComparison.Ordinal) == true;

    static string AllowedOf(PropertyInfo property)
    {
        var rules = new List<string>();
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (rule is RequiredAttribute) rules.Add(property.GetValue(Activator.CreateInstance(property.DeclaringType!)) is "" ? "required" : "not empty");
            if (rule is RangeAttribute range) rules.Add(RangeText(range));
            if (rule is MinLengthAttribute least) rules.Add($"at least {least.Length} characters");
            if (rule is UrlAttribute) rules.Add("an absolute URL");
            if (rule is RegularExpressionAttribute pattern) rules.Add(pattern.Pattern.Trim('^', '$', '(', ')').Replace("|", ", ", StringComparison.Ordinal));
        }

        return string.Join("; ", rules);
    }

    static string RangeText(RangeAttribute range) => range.Maximum switch
    {
        int.MaxValue => $"at least {range.Minimum}",
        double most when most >= long.MaxValue => $"at least {range.Minimum}",
        _ => $"{range.Minimum} to {range.Maximum}",
    };

    static string? UnitOf(string key) => Units.FirstOrDefault(unit => key.EndsWith(unit.Suffix, StringComparison.Ordinal)).Name;

    static readonly (string Suffix, string Name)[] Units =
    [
        ("PerMinute", "count a minute"), ("Bytes", "bytes"), ("Seconds", "seconds"), ("Minutes", "minutes"), ("Days", "days"), ("Months", "months"),
        ("Gb", "gigabytes"), ("Pixels", "pixels"), ("Side", "pixels"), ("Port", "port"),
    ];

    static bool IsTable(Type type) => typeof(IEnumerable<KeyValuePair<string, string>>).IsAssignableFrom(type);

    static bool IsList(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type);

    static string ElementName(Type list) => (list.GetElementType() ?? list.GetGenericArguments()[0]) == typeof(TimeSpan) ? "durations" : "texts";

    [GeneratedRegex(@"(^|(?<=\.) )(Default:? [^;:.]*(\.\d[^;:.]*)?\.|Required\.)(?=$| )")]
    private static partial Regex RepeatedSentence();

    /// <summary>What a setting without a default does then is worth telling.</summary>
    [GeneratedRegex(@"(^|(?<=\.) )Default none\.(?=$| )")]
    private static partial Regex RepeatedNone();
}
